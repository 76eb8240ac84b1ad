/// Work worth measuring, written as a user would write it, each with a check against plain Java.
@NullMarked
package dev.lazuli.cli.work;

import org.jspecify.annotations.NullMarked;
