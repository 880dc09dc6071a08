package io.seedfall.protocol.bencode;

/**
 * One bencoded value (BEP 3). Values are immutable and compare by content. Take them apart with
 * patterns: {@code if (dictionary.get("port") instanceof BencodeInteger(long port)) ...}.
 */
public sealed interface BencodeValue
    permits BencodeInteger, BencodeString, BencodeList, BencodeDictionary {}
