/// From a graph to results: `Pieces` cuts it where the stream changes, `Queues` keeps their order, `Capture` lists what
/// is behind some nodes, `Fuser` forms kernels, `Emitter` writes their programs, `Planner` orders and counts, `Run`
/// computes. `Evaluator` is the door.
@NullMarked
package dev.lazuli.compiler;

import org.jspecify.annotations.NullMarked;
