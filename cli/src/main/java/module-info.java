/** The command {@code ideal}. */
module dev.ideal4j.cli {
    requires dev.ideal4j.eval;
    requires info.picocli;
    requires java.net.http;
    requires me.tongfei.progressbar;
    requires org.apache.commons.csv;
    requires org.slf4j;

    opens dev.ideal4j.cli to
            com.fasterxml.jackson.databind,
            info.picocli;
    opens dev.ideal4j.cli.weights to
            com.fasterxml.jackson.databind;
}
