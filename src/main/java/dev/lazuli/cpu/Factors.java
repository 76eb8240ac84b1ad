package dev.lazuli.cpu;

import dev.lazuli.backend.Kernel;
import dev.lazuli.graph.Cholesky;
import dev.lazuli.graph.Eig;
import dev.lazuli.graph.Eigh;
import dev.lazuli.graph.Factorisation;
import dev.lazuli.graph.Lu;
import dev.lazuli.graph.Qr;
import dev.lazuli.graph.Svd;

/// Which kernel takes matrices apart how. All of them compute in `float64`, matrices of a batch in parallel.
final class Factors {
    private Factors() {}

    static Kernel kernel(Factorisation factorisation) {
        var lapack = LapackFactors.CHOSEN.get();
        return lapack == null ? own(factorisation) : lapack.kernel(factorisation, own(factorisation));
    }

    static Kernel own(Factorisation factorisation) {
        return switch (factorisation) {
            case Cholesky op -> (in, out) -> Elimination.cholesky(in[0], out);
            case Lu op -> (in, out) -> Elimination.lu(in[0], out);
            case Qr op -> (in, out) -> Reflections.qr(in[0], out);
            case Svd op -> (in, out) -> Singular.svd(in[0], op.vectors(), out);
            case Eigh op -> (in, out) -> {
                if (in[0].dtype().isComplex()) Schur.eig(in[0], op.vectors(), true, out);
                else Symmetric.eigh(in[0], op.vectors(), out);
            };
            case Eig op -> (in, out) -> Schur.eig(in[0], op.vectors(), false, out);
        };
    }
}
