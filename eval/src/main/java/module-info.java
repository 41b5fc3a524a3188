/** Data sets, episodes, metrics, reports, training runs: what the command line is made of. */
@SuppressWarnings({"module", "requires-automatic"})
module dev.ideal4j.eval {
    requires transitive com.fasterxml.jackson.databind;
    requires transitive dev.ideal4j.detectors;
    requires com.j2html;
    requires commons.math3;
    requires org.apache.commons.csv;

    exports dev.ideal4j.eval.audit to
            dev.ideal4j.cli;
    exports dev.ideal4j.eval.compare to
            dev.ideal4j.cli;
    exports dev.ideal4j.eval.data to
            dev.ideal4j.cli;
    exports dev.ideal4j.eval.demo to
            dev.ideal4j.cli;
    exports dev.ideal4j.eval.episodes to
            dev.ideal4j.cli;
    exports dev.ideal4j.eval.evaluate to
            dev.ideal4j.cli;
    exports dev.ideal4j.eval.metrics to
            dev.ideal4j.cli;
    exports dev.ideal4j.eval.report to
            dev.ideal4j.cli;
    exports dev.ideal4j.eval.results to
            dev.ideal4j.cli;
    exports dev.ideal4j.eval.survey to
            dev.ideal4j.cli;
    exports dev.ideal4j.eval.train to
            dev.ideal4j.cli;

    opens dev.ideal4j.eval.audit to
            com.fasterxml.jackson.databind;
    opens dev.ideal4j.eval.data to
            com.fasterxml.jackson.databind;
    opens dev.ideal4j.eval.episodes to
            com.fasterxml.jackson.databind;
    opens dev.ideal4j.eval.evaluate to
            com.fasterxml.jackson.databind;
    opens dev.ideal4j.eval.metrics to
            com.fasterxml.jackson.databind;
    opens dev.ideal4j.eval.results to
            com.fasterxml.jackson.databind;
    opens dev.ideal4j.eval.survey to
            com.fasterxml.jackson.databind;
    opens dev.ideal4j.eval.train to
            com.fasterxml.jackson.databind;
}
