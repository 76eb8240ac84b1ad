package dev.lazuli.text;

import java.util.Arrays;

/// A priority queue of longs, the smallest first, without boxes.
final class LongHeap {
    private long[] heap;
    private int size;

    LongHeap(int capacity) { heap = new long[Math.max(4, capacity)]; }

    boolean isEmpty() { return size == 0; }

    void push(long value) {
        if (size == heap.length) heap = Arrays.copyOf(heap, 2 * size);
        int i = size++;
        while (i > 0) {
            int parent = i - 1 >>> 1;
            if (heap[parent] <= value) break;
            heap[i] = heap[parent];
            i = parent;
        }
        heap[i] = value;
    }

    long pop() {
        long top = heap[0];
        long last = heap[--size];
        int i = 0;
        for (int child = 1; child < size; child = 2 * i + 1) {
            if (child + 1 < size && heap[child + 1] < heap[child]) child++;
            if (last <= heap[child]) break;
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = last;
        return top;
    }
}
