package dev.lazuli.backend;

import dev.lazuli.graph.Composite;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Primitive;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Ints;

/// A device: it claims what it has kernels for, and compiles the rest from programs.
public interface Backend {
    String name();

    /// Whether there is a kernel for a composite of these types; otherwise its meaning is computed.
    boolean claims(Composite op, Node out);

    /// The kernel of a structure, or of a composite that is claimed.
    Kernel kernel(Primitive op);

    /// A kernel that runs the program on every element; its inputs have the shape of the output.
    Kernel map(Program program);

    /// A kernel that folds the program's values over axes, counted from the end of the inputs' shape.
    Kernel reduce(Program program, Scalar fold, Ints axes);

    /// Copies elements of one type between two layouts of one shape.
    void copy(Operand from, Operand to);
}
