@echo off
rem Runs the command line of ideal4j.
rem   JAVA_HOME               the Java to use, 17 or newer; else the one on the path
rem   IDEAL4J_JAVA_OPTIONS    more options for the JVM, for instance -Xmx8g
setlocal
set "JAR=%~dp0..\lib\ideal4j-cli.jar"
if not exist "%JAR%" (
  echo ideal: %JAR% is missing; unpack the whole archive of ideal4j>&2
  exit /b 1
)
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if exist "%~dp0..\runtime\bin\java.exe" set "JAVA=%~dp0..\runtime\bin\java"
rem The JVM warns of the incubator module on each start, and nothing turns that off.
"%JAVA%" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+IgnoreUnrecognizedVMOptions ^
  -XX:+UseSerialGC -XX:MaxNewSize=96m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 ^
  -XX:ObjectAlignmentInBytes=64 %IDEAL4J_JAVA_OPTIONS% ^
  -cp "%JAR%" dev.ideal4j.cli.IdealCommand %*
exit /b %ERRORLEVEL%
