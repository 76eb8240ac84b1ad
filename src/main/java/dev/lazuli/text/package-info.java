/// Text to tokens and back.
@NullMarked
package dev.lazuli.text;

import org.jspecify.annotations.NullMarked;
