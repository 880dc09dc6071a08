package io.seedfall.coordinator;

import io.seedfall.protocol.InfoHash;

/** What is known of a metainfo file without reading it. */
record StoredMetainfo(InfoHash infoHash, long sizeBytes, int fileCount, int pieceBytes) {}
