package io.seedfall.protocol.merkle;

import io.seedfall.protocol.Hash256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** BEP 52's tree as one would draw it: every node of every layer, padding and all. */
final class NaiveTree {
  /** Nodes by layer; layer 0 is the one the tree was made of. */
  final List<List<Hash256>> layers = new ArrayList<>();

  NaiveTree(List<Hash256> leaves, Hash256 padding, int width) throws Exception {
    List<Hash256> row = new ArrayList<>(leaves);
    while (row.size() < width) {
      row.add(padding);
    }
    layers.add(row);
    while (row.size() > 1) {
      List<Hash256> above = new ArrayList<>();
      for (int i = 0; i < row.size(); i += 2) {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(row.get(i).toBytes());
        above.add(Hash256.of(sha256.digest(row.get(i + 1).toBytes())));
      }
      layers.add(above);
      row = above;
    }
  }

  Hash256 root() {
    return layers.getLast().getFirst();
  }

  int height() {
    return layers.size() - 1;
  }

  /** Walks up from the first node asked for and takes along each sibling that is not known yet. */
  List<Hash256> answer(int layer, int index, int length, int proofLayers) {
    List<Hash256> answer = new ArrayList<>(layers.get(layer).subList(index, index + length));
    int first = index;
    int last = index + length - 1;
    for (int at = layer; at <= layer + proofLayers; at++) {
      if (first == last) {
        answer.add(layers.get(at).get(first % 2 == 0 ? first + 1 : first - 1));
      }
      first /= 2;
      last /= 2;
    }
    return answer;
  }
}
