package dev.lazuli.golden;

import dev.lazuli.Array;
import dev.lazuli.Linalg;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// How MLX's linear algebra is said in our API.
final class LinalgOperations {
    private LinalgOperations() {}

    private static void many(String name, Operations.Operation operation) {
        Operations.TABLE.put("mx.linalg." + name, operation);
    }

    private static void one(String name, Function<Call, Array> operation) {
        many(name, c -> List.of(operation.apply(c)));
    }

    private static void unary(String name, UnaryOperator<Array> f) { one(name, c -> f.apply(c.x())); }

    static void add() {
        one("norm", LinalgOperations::norm);
        one("cross", c -> Linalg.cross(c.x(0), c.x(1), c.integer("axis", -1)));
        unary("inv", Linalg::inv);
        unary("pinv", Linalg::pinv);
        unary("det", Linalg::det);
        one("tri_inv", c -> Linalg.triInv(c.x(), c.flag("upper")));
        one("solve", c -> Linalg.solve(c.x(0), c.x(1)));
        one("solve_triangular", c -> Linalg.solveTriangular(c.x(0), c.x(1), c.flag("upper")));
        one("cholesky", c -> Linalg.cholesky(c.x(), c.flag("upper")));
        one("cholesky_inv", c -> Linalg.choleskyInv(c.x(), c.flag("upper")));
        many("slogdet", c -> {
            var y = Linalg.slogdet(c.x());
            return List.of(y.sign(), y.logabsdet());
        });
        many("lu", c -> {
            var y = Linalg.lu(c.x());
            return List.of(y.p(), y.l(), y.u());
        });
        many("lu_factor", c -> {
            var y = Linalg.luFactor(c.x());
            return List.of(y.lu(), y.pivots());
        });
        many("qr", c -> {
            var y = Linalg.qr(c.x());
            return List.of(y.q(), y.r());
        });
        many("svd", c -> {
            if (Boolean.FALSE.equals(c.arg("compute_uv"))) return List.of(Linalg.svdvals(c.x()));
            var y = Linalg.svd(c.x());
            return List.of(y.u(), y.s(), y.vt());
        });
        unary("eigvals", Linalg::eigvals);
        one("eigvalsh", c -> Linalg.eigvalsh(c.x(), "U".equals(c.arg("UPLO"))));
        many("eig", c -> pair(Linalg.eig(c.x())));
        many("eigh", c -> pair(Linalg.eigh(c.x(), "U".equals(c.arg("UPLO")))));
    }

    private static List<Array> pair(Linalg.Eigen y) { return List.of(y.values(), y.vectors()); }

    private static Array norm(Call c) {
        boolean keep = c.flag("keepdims");
        var order = c.arg("ord");
        if (order == null) return Linalg.norm(c.x(), keep, c.axes());
        if (order.equals("fro")) return Linalg.norm(c.x(), Linalg.Norm.FROBENIUS, keep, c.axes());
        if (order.equals("nuc")) return Linalg.norm(c.x(), Linalg.Norm.NUCLEAR, keep, c.axes());
        return Linalg.norm(c.x(), c.number("ord", 0), keep, c.axes());
    }
}
