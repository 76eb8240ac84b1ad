/// What the JDK's Flight Recorder shows of evaluations; events cost nothing while nobody records.
@NullMarked
package dev.lazuli.event;

import org.jspecify.annotations.NullMarked;
