/**
 * What clients and trackers say to each other, both ways: HTTP (BEP 3, 7, 23, 48), UDP (BEP 15).
 */
@NullMarked
package io.seedfall.protocol.tracker;

import org.jspecify.annotations.NullMarked;
