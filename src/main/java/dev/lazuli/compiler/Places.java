package dev.lazuli.compiler;

import dev.lazuli.graph.Node;

/// A number for each of many nodes, which are told apart by identity: a map without boxes.
final class Places {
    private Node[] nodes = new Node[64];
    private int[] places = new int[64];
    private int size;

    /// The number of a node, or -1.
    int get(Node node) {
        int i = slot(node);
        return nodes[i] == null ? -1 : places[i];
    }

    void put(Node node, int place) {
        if (2 * ++size > nodes.length) grow();
        int i = slot(node);
        nodes[i] = node;
        places[i] = place;
    }

    private int slot(Node node) {
        int mask = nodes.length - 1;
        int i = System.identityHashCode(node) * 0x9E3779B9 >>> 7 & mask;
        while (nodes[i] != null && nodes[i] != node) i = i + 1 & mask;
        return i;
    }

    private void grow() {
        var oldNodes = nodes;
        var oldPlaces = places;
        nodes = new Node[4 * oldNodes.length];
        places = new int[nodes.length];
        for (int i = 0; i < oldNodes.length; i++) {
            if (oldNodes[i] == null) continue;
            int to = slot(oldNodes[i]);
            nodes[to] = oldNodes[i];
            places[to] = oldPlaces[i];
        }
    }
}
