package io.seedfall.control;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a record's component is read as when a document lacks it: so that programs of an earlier
 * version, and people with curl, need not name what they do not know. Everything without this
 * annotation has to be there.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface AbsentAs {
  /** The value, as JSON. */
  String value();
}
