/** Reports for people: one HTML file that needs nothing else. Start at {@link dev.ideal4j.eval.report.HtmlReport}. */
package dev.ideal4j.eval.report;
