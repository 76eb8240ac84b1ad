/// The graph: nodes, and the operations they are made of.
///
/// Every operation acts on the trailing axes of its inputs; leading axes are a batch. That makes `vmap` of any
/// operation the operation itself.
@NullMarked
package dev.lazuli.graph;

import org.jspecify.annotations.NullMarked;
