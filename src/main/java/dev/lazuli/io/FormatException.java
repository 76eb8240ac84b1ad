package dev.lazuli.io;

/// A file that is not what it claims to be: the message names the file, the place, what was found and expected.
public final class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// A file that is wrong as the message says.
    public FormatException(String message) { super(message); }

    /// The same, because of something else.
    public FormatException(String message, Throwable cause) { super(message, cause); }
}
