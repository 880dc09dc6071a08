/** Metainfo v2 (BEP 52): what a torrent holds, and where each byte of it belongs. */
@NullMarked
package io.seedfall.protocol.metainfo;

import org.jspecify.annotations.NullMarked;
