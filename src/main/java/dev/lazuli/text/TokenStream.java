package dev.lazuli.text;

/// Turns tokens into text as they come: what it returns is final and ends at a whole character.
///
/// Not for several threads at once.
public final class TokenStream {
    private final Tokenizer tokenizer;
    private final StringBuilder text = new StringBuilder();
    private Decoder.Sink decoder;

    TokenStream(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.decoder = tokenizer.decodeInto(text);
    }

    /// The text that a further token completes, often none. Special tokens have none.
    ///
    /// @throws IllegalArgumentException if there is no such token
    public String next(int token) {
        var piece = tokenizer.piece(token);
        if (!tokenizer.isSpecial(token)) decoder.accept(piece, true);
        return take();
    }

    /// The text of what is incomplete, with U+FFFD in it; the stream begins anew.
    public String flush() {
        decoder.close();
        decoder = tokenizer.decodeInto(text);
        return take();
    }

    private String take() {
        var taken = text.toString();
        text.setLength(0);
        return taken;
    }
}
