/** What coordinator, agent and CLI say to each other. */
@NullMarked
package io.seedfall.control;

import org.jspecify.annotations.NullMarked;
