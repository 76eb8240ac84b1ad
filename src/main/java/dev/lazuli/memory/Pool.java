package dev.lazuli.memory;
final class Pool { static final class Block {} }
