package dev.lazuli.text;

/// A token that is found in text before anything is split.
///
/// @param special not shown when decoding
/// @param singleWord only where no word character touches it
/// @param lstrip takes the white space before it along
/// @param rstrip takes the white space after it along
/// @param normalized looked for in normalized text
record AddedToken(int id, String content, boolean special, boolean singleWord, boolean lstrip, boolean rstrip,
                  boolean normalized) {}
