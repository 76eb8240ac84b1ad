/// The `lazuli` command. Each subcommand is one class; nothing outside this package knows picocli.
@NullMarked
package dev.lazuli.cli;

import org.jspecify.annotations.NullMarked;
