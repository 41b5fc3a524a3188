/** A survey: several methods, backbones and numbers of references on several data sets, as tables. */
package dev.ideal4j.eval.survey;
