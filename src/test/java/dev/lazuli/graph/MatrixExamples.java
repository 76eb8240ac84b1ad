package dev.lazuli.graph;

import dev.lazuli.graph.Svd.Vectors;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Small uses of what takes matrices apart, at matrices whose values lie well apart.
final class MatrixExamples {
    private MatrixExamples() {}

    private static Example.Input real(int... dims) { return new Example.Input(Shape.of(dims), Dtype.FLOAT64, -1, 1); }

    private static Example of(String name, Primitive op, List<Example.Input> inputs, Function<List<Node>, Node> f) {
        return new Example(name, op, inputs, 1e-5, false, f);
    }

    private static Example of(String name, Primitive op, UnaryOperator<Node> f, int... dims) {
        return of(name, op, List.of(real(dims)), in -> f.apply(apart(in.getFirst())));
    }

    /// A matrix near 2, 4, 6, … on the diagonal.
    private static Node apart(Node x) {
        var row = Iota.of(x.dim(-2)).expand(1);
        var diagonal = row.add(row.one()).add(row.add(row.one())).to(x.dtype());
        return Matrices.withDiagonal(x.mul(x.like(0.4)), diagonal.add(x.mul(x.like(0.3))));
    }

    /// A matrix with values that are not real.
    private static Node turned(Node x) {
        var five = x.like(5);
        return x.add(Matrices.upper(five, 1)).sub(Matrices.lower(five, -1));
    }

    private static Node positive(Node x) { return x.matmul(x.transpose()); }

    static List<Example> all() {
        var all = new ArrayList<>(List.of(
            of("solve", new Solve(), List.of(real(2, 3, 3), real(3, 2)),
                in -> Solve.of("solve", apart(in.get(0)), in.get(1))),
            of("solve for a vector", new Solve(), List.of(real(3, 3), real(3)),
                in -> Solve.of("solve", apart(in.get(0)), in.get(1))),
            of("inv", new Solve(), Solve::inverse, 3, 3),
            of("solveTriangular", new TriangularSolve(false), List.of(real(3, 3), real(2, 3, 2)),
                in -> TriangularSolve.of("solveTriangular", apart(in.get(0)), in.get(1), false)),
            of("solveTriangular, upper", new TriangularSolve(true), List.of(real(3, 3), real(3)),
                in -> TriangularSolve.of("solveTriangular", apart(in.get(0)), in.get(1), true)),
            of("cholesky", new Cholesky(), x -> Cholesky.of(positive(x)), 2, 3, 3),
            of("cholesky of a triangle", new Cholesky(), Cholesky::of, 3, 3),
            of("lu", new Lu(), x -> Lu.of("lu", Slice.flip(x, 1)), 2, 3, 3),
            of("lu, tall", new Lu(), x -> Lu.of("lu", Slice.flip(x, 0)), 4, 2),
            of("lu, wide", new Lu(), x -> Lu.of("lu", Slice.flip(x, 0)), 2, 4),
            of("qr", new Qr(), Qr::of, 2, 3, 3),
            of("qr, tall", new Qr(), Qr::of, 4, 2),
            of("qr, wide", new Qr(), Qr::of, 2, 4),
            of("eigvalsh", new Eigh(false), x -> Eigh.of("eigh", x, true, false), 2, 3, 3),
            of("eigh", new Eigh(true), x -> Eigh.of("eigh", x, false, true), 2, 3, 3),
            complex("eigvals", new Eig(false), x -> Eig.of("eig", x, false)),
            complex("eigvals, a pair of conjugates among them", new Eig(false), x -> Eig.of("eig", turned(x), false)),
            complex("eig", new Eig(true), x -> Eig.of("eig", x, true)),
            complex("eigh, Hermitian", new Eigh(true), x -> Eigh.values(Eigh.of("eigh",
                Scalar.COMPLEX.of(x.to(Dtype.FLOAT32), x.to(Dtype.FLOAT32)), false, true), 3)),
            of("pinv", new Pinv(), Pinv::of, 3, 3),
            of("pinv, tall", new Pinv(), Pinv::of, 4, 2),
            of("pinv, wide", new Pinv(), Pinv::of, 2, 4),
            of("svd, all of a tall one", new Svd(Vectors.FULL), MatrixExamples::invariant, 4, 2),
            of("svd, all of a wide one", new Svd(Vectors.FULL), MatrixExamples::invariant, 2, 4)));
        for (var vectors : Vectors.values()) all.add(of("svd, vectors " + vectors, new Svd(vectors),
            x -> Svd.of("svd", x, vectors), 2, 3, 3));
        for (var vectors : List.of(Vectors.NONE, Vectors.THIN)) {
            var svd = new Svd(vectors);
            all.add(of("svd of a tall one, vectors " + vectors, svd, x -> Svd.of("svd", x, vectors), 4, 2));
            all.add(of("svd of a wide one, vectors " + vectors, svd, x -> Svd.of("svd", x, vectors), 2, 4));
        }
        return all;
    }

    // Complex numbers have single precision.
    private static Example complex(String name, Primitive op, UnaryOperator<Node> f) {
        return new Example(name, op, List.of(real(3, 3)), 1e-2, false, in -> f.apply(apart(in.getFirst())));
    }

    // The vectors that fill up a basis are free: what they span is not.
    private static Node invariant(Node x) {
        int m = x.dim(-2), n = x.dim(-1), k = Math.min(m, n);
        var svd = new Svd(Vectors.FULL);
        var out = Svd.of("svd", x, Vectors.FULL);
        var u = svd.u(out, m, n);
        var v = svd.vt(out, m, n).transpose();
        return spanned(u.slice(-1, k, m)).matmul(x.one()).matmul(spanned(v).add(spanned(v.slice(-1, k, n))));
    }

    private static Node spanned(Node u) { return u.matmul(u.transpose()); }
}
