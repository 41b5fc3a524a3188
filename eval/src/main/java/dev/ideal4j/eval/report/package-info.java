/** Reports as one HTML file that needs no other file. Start at {@link dev.ideal4j.eval.report.HtmlReport}. */
package dev.ideal4j.eval.report;
