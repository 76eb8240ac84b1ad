package dev.lazuli;

import dev.lazuli.graph.Cholesky;
import dev.lazuli.graph.Eig;
import dev.lazuli.graph.Eigh;
import dev.lazuli.graph.Lu;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Pinv;
import dev.lazuli.graph.Qr;
import dev.lazuli.graph.Solve;
import dev.lazuli.graph.Svd;
import dev.lazuli.graph.TriangularSolve;
import dev.lazuli.type.Dtype;
import java.util.List;
import java.util.stream.IntStream;

/// Linear algebra of matrices in the last two axes; axes before them are a batch.
///
/// Matrices are `float32` or `float64`, for `solve`, `inv`, `eig` and `eigh` also `complex64`; inside, everything is
/// computed in `float64`. All functions differentiate. A derivative that mathematics does not have, of vectors whose
/// values are equal, is 0 in their directions; one that divides by a pivot of zero is not finite.
public final class Linalg {
    private Linalg() {}

    private static Array of(Node node) { return Array.of(node); }

    // ---- norms and products of vectors -------------------------------------------------------------------------

    /// Norms of matrices that no number names.
    public enum Norm {
        /// The root of the sum of squares.
        FROBENIUS,
        /// The sum of the singular values.
        NUCLEAR
    }

    /// The root of the sum of squares of all elements.
    ///
    /// ```
    /// Linalg.norm(array(3f, 4f))    // array(5, dtype=float32)
    /// ```
    public static Array norm(Array a) { return norm(a, false); }

    /// The root of the sum of squares along axes; no axes given means all.
    ///
    /// ```
    /// Linalg.norm(array(new float[] {3, 4, 6, 8}, 2, 2), false, 1)    // array([5, 10], dtype=float32)
    /// ```
    public static Array norm(Array a, boolean keepDims, int... axes) {
        var x = a.to(a.dtype().toInexact());
        var size = x.dtype().isComplex() ? Lazuli.abs(x) : x;
        return Lazuli.sqrt(Lazuli.sum(size.mul(size), keepDims, axes));
    }

    /// The norm of an order of a vector or matrix.
    ///
    /// ```
    /// Linalg.norm(array(3f, -4f), 1)    // array(7, dtype=float32)
    /// ```
    public static Array norm(Array a, double order) { return norm(a, order, false); }

    /// The norm of an order along one axis, of vectors, or two, of matrices; no axes given means all.
    ///
    /// Of vectors, order 0 counts what is not 0, ±∞ is the largest or smallest modulus, any other p is `(Σ|x|ᵖ)^(1/p)`.
    /// Of matrices, 1 and -1 are the largest and smallest sum of moduli of a column, ±∞ of a row, 2 and -2 the largest
    /// and smallest singular value.
    ///
    /// ```
    /// Linalg.norm(array(new float[] {1, 2, 3, 4}, 2, 2), 1, false)    // array(6, dtype=float32)
    /// ```
    ///
    /// @throws IllegalArgumentException if there are more axes, or matrices have no norm of this order
    public static Array norm(Array a, double order, boolean keepDims, int... axes) {
        var over = a.shape().axes("norm", axes);
        var x = a.to(a.dtype().toInexact());
        return switch (over.length) {
            case 1 -> ofVectors(x, order, keepDims, over[0]);
            case 2 -> ofMatrices(x, order, keepDims, axes.length == 0 ? over : axes);
            default -> throw new IllegalArgumentException("norm: expected one or two axes for order " + order
                + ", got " + over.length + " of " + a.shape());
        };
    }

    /// A norm of matrices in two axes; no axes given means all.
    ///
    /// ```
    /// Linalg.norm(eye(3), Linalg.Norm.NUCLEAR, false)    // array(3, dtype=float32)
    /// ```
    ///
    /// @throws IllegalArgumentException if there are not two axes
    public static Array norm(Array a, Norm norm, boolean keepDims, int... axes) {
        var over = a.shape().axes("norm", axes);
        if (over.length != 2)
            throw new IllegalArgumentException("norm: expected two axes for " + norm + ", got " + over.length + " of "
                + a.shape());
        if (norm == Norm.FROBENIUS) return norm(a, keepDims, over);
        return kept(Lazuli.sum(values(a.to(a.dtype().toInexact()), over), -1), a, keepDims, over);
    }

    private static Array ofVectors(Array x, double order, boolean keepDims, int axis) {
        if (order == 2) return norm(x, keepDims, axis);
        if (order == 0) return Lazuli.sum(x.ne(0).to(Lazuli.abs(x).dtype()), keepDims, axis);
        var size = Lazuli.abs(x);
        if (order == 1) return Lazuli.sum(size, keepDims, axis);
        if (Double.isInfinite(order))
            return order > 0 ? Lazuli.max(size, keepDims, axis) : Lazuli.min(size, keepDims, axis);
        return Lazuli.power(Lazuli.sum(Lazuli.power(size, order), keepDims, axis), 1 / order);
    }

    private static Array ofMatrices(Array x, double order, boolean keepDims, int... axes) {
        boolean largest = order > 0;
        Array sums;
        if (Math.abs(order) == 2) sums = values(x, axes);
        else if (Math.abs(order) == 1 || Double.isInfinite(order))
            sums = Lazuli.sum(last(Lazuli.abs(x), axes), Math.abs(order) == 1 ? -2 : -1);
        else throw new IllegalArgumentException("norm: matrices have no norm of order " + order);
        return kept(largest ? Lazuli.max(sums, -1) : Lazuli.min(sums, -1), x, keepDims, axes);
    }

    // The singular values of the matrices in two axes; half types are computed in `float32`.
    private static Array values(Array x, int... axes) {
        var wide = x.dtype().bytes() < 4 ? x.to(Dtype.FLOAT32) : x;
        return svdvals("norm", last(wide, axes)).to(x.dtype());
    }

    private static Array last(Array x, int... axes) {
        int row = x.shape().axis("norm", axes[0]), column = x.shape().axis("norm", axes[1]);
        var rest = IntStream.range(0, x.rank()).filter(a -> a != row && a != column);
        return x.transpose(IntStream.concat(rest, IntStream.of(row, column)).toArray());
    }

    private static Array kept(Array y, Array x, boolean keepDims, int... axes) {
        if (!keepDims) return y;
        var shape = x.shape();
        for (int axis : axes) shape = shape.with(axis, 1);
        return y.reshape(shape);
    }

    /// The cross product along the last axis, of 2 or 3 numbers.
    ///
    /// ```
    /// Linalg.cross(array(1f, 0f, 0f), array(0f, 1f, 0f))    // array([0, 0, 1], dtype=float32)
    /// ```
    public static Array cross(Array a, Array b) { return cross(a, b, -1); }

    /// The cross product along an axis of 2 or 3 numbers; where there are two the third is 0, and the result has three.
    /// The other axes broadcast.
    ///
    /// ```
    /// Linalg.cross(array(1f, 2f), array(3f, 4f), 0)    // array([0, 0, -2], dtype=float32)
    /// ```
    public static Array cross(Array a, Array b, int axis) {
        var x = components(a, axis);
        var y = components(b, axis);
        var parts = IntStream.range(0, 3).mapToObj(i -> {
            int j = (i + 1) % 3, k = (i + 2) % 3;
            return x.get(j).mul(y.get(k)).sub(x.get(k).mul(y.get(j)));
        }).toList();
        return Lazuli.moveaxis(Lazuli.concatenate(parts, -1), -1, axis);
    }

    private static List<Array> components(Array a, int axis) {
        var x = Lazuli.moveaxis(a, axis, -1);
        if (x.dim(-1) < 2 || x.dim(-1) > 3)
            throw new IllegalArgumentException("cross: expected 2 or 3 numbers along axis " + axis + ", got "
                + a.shape());
        if (x.dim(-1) == 2)
            x = Lazuli.concatenate(List.of(x, Lazuli.zerosLike(of(x.node().slice(-1, 0, 1)))), -1);
        var whole = x.node();
        return IntStream.range(0, 3).mapToObj(i -> of(whole.slice(-1, i, i + 1))).toList();
    }

    // ---- inverses and systems ----------------------------------------------------------------------------------

    /// The inverse of square matrices.
    ///
    /// ```
    /// Linalg.inv(array(new float[] {2, 1, 1, 1}, 2, 2))
    /// // array([[1, -1],
    /// //        [-1, 2]], dtype=float32)
    /// ```
    ///
    /// @throws ArithmeticException when computed, if one is singular
    public static Array inv(Array a) { return of(Solve.inverse(a.node())); }

    /// The inverse of triangles; what is on the other side of the diagonal is not read.
    ///
    /// ```
    /// Linalg.triInv(array(new float[] {2, 0, 1, 1}, 2, 2), false)
    /// // array([[0.5, 0],
    /// //        [-0.5, 1]], dtype=float32)
    /// ```
    public static Array triInv(Array a, boolean upper) { return of(TriangularSolve.inverse(a.node(), upper)); }

    /// The pseudo-inverse (…, n, m) of matrices (…, m, n) of any rank.
    ///
    /// ```
    /// Linalg.pinv(array(new float[] {1, 1}, 2, 1))
    /// // array([[0.5, 0.5]], dtype=float32)
    /// ```
    public static Array pinv(Array a) { return of(Pinv.of(a.node())); }

    /// The X of `A·X = B`: A is (…, n, n), B (…, n, k) or a vector (n); axes before them broadcast.
    ///
    /// ```
    /// Linalg.solve(array(new float[] {2, 1, 1, 3}, 2, 2), array(3f, 5f))    // array([0.8, 1.4], dtype=float32)
    /// ```
    ///
    /// @throws ArithmeticException when computed, if a matrix is singular
    public static Array solve(Array a, Array b) { return of(Solve.of("solve", a.node(), b.node())); }

    /// The X of `A·X = B` for triangles A, of which the other side is not read; a zero on the diagonal divides as
    /// numbers do.
    ///
    /// ```
    /// Linalg.solveTriangular(array(new float[] {2, 0, 1, 1}, 2, 2), array(2f, 3f), false)
    /// // array([1, 2], dtype=float32)
    /// ```
    public static Array solveTriangular(Array a, Array b, boolean upper) {
        return of(TriangularSolve.of("solveTriangular", a.node(), b.node(), upper));
    }

    // ---- determinants ------------------------------------------------------------------------------------------

    /// The sign and the logarithm of the modulus of determinants: 0 and -∞ of a singular matrix.
    ///
    /// @param sign      -1, 0 or 1
    /// @param logabsdet the natural logarithm of the modulus
    public record Slogdet(Array sign, Array logabsdet) {}

    /// The determinant; up to 3 × 3 it differentiates at singular matrices too.
    ///
    /// ```
    /// Linalg.det(array(new float[] {1, 2, 3, 4}, 2, 2))    // array(-2, dtype=float32)
    /// ```
    public static Array det(Array a) {
        square("det", a);
        int n = a.dim(-1);
        if (n >= 1 && n <= 3) return small(Lu.accepted("det", a.node()), n);
        var lu = Lu.of("det", a.node());
        return exchanged(lu, n, a.dtype()).mul(Lazuli.prod(diagonal(lu), -1));
    }

    /// The determinant as sign and logarithm, which neither overflows nor underflows.
    ///
    /// ```
    /// Linalg.slogdet(array(new float[] {0, 1, 1, 0}, 2, 2)).sign()    // array(-1, dtype=float32)
    /// ```
    public static Slogdet slogdet(Array a) {
        square("slogdet", a);
        var lu = Lu.of("slogdet", a.node());
        var diagonal = diagonal(lu);
        return new Slogdet(exchanged(lu, a.dim(-1), a.dtype()).mul(Lazuli.prod(Lazuli.sign(diagonal), -1)),
            Lazuli.sum(Lazuli.log(Lazuli.abs(diagonal)), -1));
    }

    private static void square(String op, Array a) {
        if (a.rank() < 2 || a.dim(-1) != a.dim(-2))
            throw new IllegalArgumentException(op + ": expected square matrices, got " + a.shape());
    }

    private static Array small(Node a, int n) {
        if (n == 1) return of(a.squeeze(-1).squeeze(-1));
        var x = new Array[n][n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                x[i][j] = of(a.slice(-2, i, i + 1).slice(-1, j, j + 1).squeeze(-1).squeeze(-1));
        if (n == 2) return x[0][0].mul(x[1][1]).sub(x[0][1].mul(x[1][0]));
        var sum = Lazuli.zerosLike(x[0][0]);
        for (int i = 0; i < 3; i++) {
            int j = (i + 1) % 3, k = (i + 2) % 3;
            sum = sum.add(x[0][i].mul(x[1][j].mul(x[2][k]).sub(x[1][k].mul(x[2][j]))));
        }
        return sum;
    }

    private static Array diagonal(Node lu) { return Lazuli.diagonal(of(Lu.packed(lu)), 0, -2, -1); }

    // -1 for an odd number of exchanged rows.
    private static Array exchanged(Node lu, int n, Dtype type) {
        var moved = of(Lu.pivots(lu)).ne(Lazuli.arange(n).to(Dtype.UINT32)).to(Dtype.INT32);
        return Lazuli.sum(moved, -1).mod(2).mul(-2).add(1).to(type);
    }

    // ---- factorisations ----------------------------------------------------------------------------------------

    /// The lower triangle L of positive diagonal with `L·Lᵀ = A`; of A only the lower triangle is read.
    ///
    /// ```
    /// Linalg.cholesky(array(new float[] {4, 2, 2, 2}, 2, 2))
    /// // array([[2, 0],
    /// //        [1, 1]], dtype=float32)
    /// ```
    public static Array cholesky(Array a) { return cholesky(a, false); }

    /// Cholesky's factor: the lower triangle L with `L·Lᵀ = A`, or the upper one U with `Uᵀ·U = A`; of A only the same
    /// triangle is read.
    ///
    /// ```
    /// Linalg.cholesky(array(new float[] {4, 2, 2, 2}, 2, 2), true)
    /// // array([[2, 1],
    /// //        [0, 1]], dtype=float32)
    /// ```
    ///
    /// @throws ArithmeticException when computed, if a matrix is not positive definite
    public static Array cholesky(Array a, boolean upper) {
        square("cholesky", a);
        return of(upper ? Cholesky.of(a.node().transpose()).transpose() : Cholesky.of(a.node()));
    }

    /// The inverse of the matrix whose Cholesky factor is given.
    ///
    /// ```
    /// Linalg.choleskyInv(array(new float[] {2, 0, 1, 1}, 2, 2), false)
    /// // array([[0.5, -0.5],
    /// //        [-0.5, 1]], dtype=float32)
    /// ```
    public static Array choleskyInv(Array factor, boolean upper) {
        square("choleskyInv", factor);
        var inverse = triInv(factor, upper);
        var across = Lazuli.swapaxes(inverse, -1, -2);
        return upper ? inverse.matmul(across) : across.matmul(inverse);
    }

    /// A matrix as the product of triangles, its rows exchanged.
    ///
    /// @param p the rows of `L·U` in the order of A, as `uint32`: `L[p]·U = A`
    /// @param l the lower triangle, with ones on the diagonal
    /// @param u the upper triangle
    public record Triangles(Array p, Array l, Array u) {}

    /// `A = L[p]·U` by partial pivoting.
    ///
    /// ```
    /// Linalg.lu(array(new float[] {0, 1, 2, 3}, 2, 2)).p()    // array([1, 0], dtype=uint32)
    /// ```
    public static Triangles lu(Array a) {
        var lu = Lu.of("lu", a.node());
        return new Triangles(Lazuli.argsort(of(Lu.order(lu)), -1), of(Lu.lower(lu)), of(Lu.upper(lu)));
    }

    /// Both triangles of a matrix in one.
    ///
    /// @param lu     U with L below the diagonal, without its ones
    /// @param pivots the row with which each row was exchanged, one after the other, as `uint32`
    public record Packed(Array lu, Array pivots) {}

    /// `lu` as LAPACK packs it.
    ///
    /// ```
    /// Linalg.luFactor(array(new float[] {1, 2, 2, 2}, 2, 2)).lu()
    /// // array([[2, 2],
    /// //        [0.5, 1]], dtype=float32)
    /// ```
    public static Packed luFactor(Array a) {
        var lu = Lu.of("luFactor", a.node());
        return new Packed(of(Lu.packed(lu)), of(Lu.pivots(lu)));
    }

    /// A matrix as orthonormal columns times a triangle.
    ///
    /// @param q (…, m, k) where k is the smaller of m and n
    /// @param r (…, k, n)
    public record Orthogonal(Array q, Array r) {}

    /// `A = Q·R` of matrices (…, m, n).
    ///
    /// ```
    /// Linalg.qr(array(new float[] {3, 0, 4, 5}, 2, 2)).r()
    /// // array([[-5, -4],
    /// //        [0, 3]], dtype=float32)
    /// ```
    public static Orthogonal qr(Array a) {
        var out = Qr.of(a.node());
        int m = a.dim(-2), n = a.dim(-1);
        return new Orthogonal(of(Qr.q(out, m, n)), of(Qr.r(out, m, n)));
    }

    /// A matrix by its singular values.
    ///
    /// @param u  (…, m, m), orthonormal
    /// @param s  (…, k), the values from the largest on, where k is the smaller of m and n
    /// @param vt (…, n, n), orthonormal
    public record Singular(Array u, Array s, Array vt) {}

    /// `A = U[:, :k]·diag(s)·Vᵀ[:k]` of matrices (…, m, n).
    ///
    /// ```
    /// Linalg.svd(array(new float[] {3, 0, 0, -4}, 2, 2)).s()    // array([4, 3], dtype=float32)
    /// ```
    public static Singular svd(Array a) {
        var svd = new Svd(Svd.Vectors.FULL);
        var out = Svd.of("svd", a.node(), svd.vectors());
        int m = a.dim(-2), n = a.dim(-1);
        return new Singular(of(svd.u(out, m, n)), of(Svd.s(out, m, n)), of(svd.vt(out, m, n)));
    }

    /// The singular values alone, from the largest on.
    ///
    /// ```
    /// Linalg.svdvals(ones(2, 2))    // array([2, 0], dtype=float32)
    /// ```
    public static Array svdvals(Array a) { return svdvals("svdvals", a); }

    private static Array svdvals(String op, Array a) { return of(Svd.of(op, a.node(), Svd.Vectors.NONE)); }

    /// The values and vectors of `A·V = V·diag(w)`.
    ///
    /// @param values  (…, n)
    /// @param vectors (…, n, n), columns of length 1
    public record Eigen(Array values, Array vectors) {}

    /// Eigenvalues and eigenvectors of any square matrix, as `complex64`; values come in no order.
    ///
    /// ```
    /// Linalg.eig(array(new float[] {2, 1, 0, 3}, 2, 2)).values()    // array([2+0j, 3+0j], dtype=complex64)
    /// ```
    public static Eigen eig(Array a) {
        var out = Eig.of("eig", a.node(), true);
        return new Eigen(of(Eig.values(out, a.dim(-1))), of(Eig.vectors(out, a.dim(-1))));
    }

    /// The eigenvalues of any square matrix, as `complex64`, in no order.
    ///
    /// ```
    /// Linalg.eigvals(array(new float[] {2, 1, 0, 3}, 2, 2))    // array([2+0j, 3+0j], dtype=complex64)
    /// ```
    public static Array eigvals(Array a) { return of(Eig.of("eigvals", a.node(), false)); }

    /// Eigenvalues and eigenvectors of symmetric or Hermitian matrices, of which the lower triangle is read.
    ///
    /// ```
    /// Linalg.eigh(array(new float[] {2, 1, 1, 2}, 2, 2)).values()    // array([1, 3], dtype=float32)
    /// ```
    public static Eigen eigh(Array a) { return eigh(a, false); }

    /// Eigenvalues, real and ascending, and orthonormal eigenvectors of symmetric or Hermitian matrices.
    ///
    /// ```
    /// Linalg.eigh(array(new float[] {2, 1, 0, 2}, 2, 2), true).values()    // array([1, 3], dtype=float32)
    /// ```
    ///
    /// @param upper whether the upper triangle is read, and not the lower one
    public static Eigen eigh(Array a, boolean upper) {
        var out = Eigh.of("eigh", a.node(), upper, true);
        return new Eigen(of(Eigh.values(out, a.dim(-1))), of(Eigh.vectors(out, a.dim(-1))));
    }

    /// The eigenvalues of symmetric or Hermitian matrices, of which the lower triangle is read, ascending.
    ///
    /// ```
    /// Linalg.eigvalsh(array(new float[] {2, 1, 1, 2}, 2, 2))    // array([1, 3], dtype=float32)
    /// ```
    public static Array eigvalsh(Array a) { return eigvalsh(a, false); }

    /// The eigenvalues of symmetric or Hermitian matrices, ascending.
    ///
    /// ```
    /// Linalg.eigvalsh(array(new float[] {2, 1, 0, 2}, 2, 2), true)    // array([1, 3], dtype=float32)
    /// ```
    ///
    /// @param upper whether the upper triangle is read, and not the lower one
    public static Array eigvalsh(Array a, boolean upper) {
        return of(Eigh.values(Eigh.of("eigvalsh", a.node(), upper, false), a.dim(-1)));
    }
}
