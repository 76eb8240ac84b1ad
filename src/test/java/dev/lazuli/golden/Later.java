package dev.lazuli.golden;

/// Thrown for a call that the API cannot say yet; such cases are counted and named.
final class Later extends RuntimeException {
    Later(String what) { super(what, null, false, false); }
}
