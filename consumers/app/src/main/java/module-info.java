module org.example.app {
    requires dev.ideal4j;
}
