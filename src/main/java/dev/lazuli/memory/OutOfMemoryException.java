package dev.lazuli.memory;

/// An array does not fit under the memory limit. Nothing was lost: the process may free arrays, or raise the limit, and
/// go on.
public final class OutOfMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OutOfMemoryException(String op, long bytes, long active, long limit) {
        super(("%s: %,d bytes do not fit: %,d of %,d are in use; "
            + "free arrays, or raise the limit with -Dlazuli.memory=<bytes>").formatted(op, bytes, active, limit));
    }
}
