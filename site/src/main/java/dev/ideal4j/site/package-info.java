/** Makes the documentation site of the Markdown files of the repository. */
package dev.ideal4j.site;
