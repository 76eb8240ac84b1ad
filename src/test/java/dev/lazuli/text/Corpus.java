package dev.lazuli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Texts of many scripts and of bad intentions, the same every time.
final class Corpus {
    private static final String[] SENTENCES = {
        "Once upon a time, there was a little girl named Lily. She didn't like it; they'll see, I'M sure WE'VE won.",
        "Führer Ångström naïve café œuvre ŒUVRE ßẞ ǅ ĳ İstanbul ısı DZ ﬁnal ﬂow ſtate Kelvin K Å",
        "Быстрая коричневая лиса прыгает через ленивую собаку, не так ли? Ё ё Й й",
        "Η γρήγορη καφέ αλεπού. ΌΛΟΣ ὈΔΥΣΣΕΎΣ ὀδυσσεύς ᾳ ᾼ ΐ ΰ Σίσυφος ΣΊΣΥΦΟΣ",
        "השועל החום המהיר קופץ מעל הכלב העצלן שָׁלוֹם", "الثعلب البني السريع يقفز فوق الكلب الكسول ١٢٣٤ ۱۲۳ مُحَمَّد",
        "तेज़ भूरी लोमड़ी आलसी कुत्ते के ऊपर कूदती है १२३", "দ্রুত বাদামী শিয়াল ১২৩", "விரைவான பழுப்பு நரி ௧௨௩",
        "สุนัขจิ้งจอกสีน้ำตาลเร็วกระโดดข้ามสุนัขขี้เกียจ ๑๒๓",
        "កាន់តែពិសេសអាចខលចេញ", "ეს არის ქართული ტექსტი", "Հայերեն տեքստ է", "快速的棕色狐狸跳过了懒狗。我想在apple工作1314151天～",
        "素早い茶色の狐がのろまな犬を飛び越える。カタカナ ﾊﾝｶｸ １２３",
        "빠른 갈색 여우가 게으른 개를 뛰어넘는다 한글", "Cửa Việt Tiếng Việt rất đẹp", "ⅣⅧ ⅷ ½ ¾ ² ³ ¹ ₂ ① ㊿ ㋀ 〇 一二三 𝟘𝟙𝟚 𝐀𝓑𝕮 ﹏ ‿ ⁀",
        "🚀 (normal) 😶‍🌫️ (multiple emojis) ✅ 👩‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ ☺︎ 1️⃣ #️⃣",
        "e\u0301 a\u0308\u0323 q\u0307\u0323 \u0301\u0302\u0303 Z̷̢̛a̸̧͝l̵̡͝g̷̨͠o̶ \u1100\u1161\u11a8 \uac01 ﷺ "
            + "\u00c5 \u212b \u2126 \u1e9b\u0323",
        "public static void main(String[] args) {\n\tint x = 0x1F; // comment\n    if (x >= 10 && y != -1.5e-10) "
            + "{ return a[i]++; }\n}\n",
        "def f(x):\n    \"\"\"doc\"\"\"\n    return {k: v**2 for k, v in x.items() if k not in ('a', "
            + "\"b\")}\n\n\n# end\r\n\r\n",
        "<html><body class=\"x\">&nbsp;</body></html> https://example.com/a?b=c&d=%20#e user@host.org $100.00 "
            + "50% C++ C# a_b_c __init__",
        "$\\frac{\\partial}{\\partial x} \\sum_{i=0}^{n} x_i^2$ ∀x∈ℝ: ⌈x⌉ = −⌊−x⌋ ≤ ∞ × ÷ ± √ ∫ → ⇒",
        "''''''```````\"\"\"\"......!!!!!!?????? I've been 'told he's there, 'RE you sure? 'M not 'D 'Ll 'vE 'ſ "
            + "we'ſ '' 's",
        "0 00 000 0000 12345678901234567890 3.14159 1,000,000 1e10 0b1010 2024-01-01T00:00:00Z 192.168.0.1 ٣٤٥ 1½",
        "<s> </s> <unk> <s></s><s> <|endoftext|> <|endoftext|><|endoftext|> <|begin_of_text|> <0x0A> "
            + "<0x41><0xE2> < s> <s <|endoftext <mask> <mask>x x<mask>  <mask>  qword qwordy aqword qword. "
            + "(qword) éqword",
        "▁ ▁▁ ▁a ▁▁a a▁ a▁b _ ▁ ▁", "Ġ Ċ Ġthe ĀāĂ ŁłŃ", " leading", "trailing ", "  two  spaces  ", "\n", "\r\n",
        "\t\t", " \n \n", "\n\n\n  x", "a\n", "a \n b",
        "x\u00a0y\u2003z\u3000w\u200bv\u2028u\u2029t\u0085s\u001cr\u1680q\u180ep\ufeffo",
        "\u0000\u0001\u0002\u001f\u007f\u0080\u009f", "\ufffd \uffff \ufffe \ue000 \udbff\udfff",
        "", " ", "  ", "   ", "a", "é", "世", "😀", ".", "-", "1",
    };
    /// First and last code points; nothing that recent versions of Unicode have added.
    private static final int[][] RANGES = {{0x20, 0x24F}, {0x250, 0x36F}, {0x370, 0x58F}, {0x591, 0x5F4}, {0x606,
        0x61B}, {0x61E, 0x6FF},
        {0x904, 0x9FD}, {0xA01, 0xAF1}, {0xB01, 0xB4D}, {0xB56, 0xBFF}, {0xE01, 0xE5B}, {0xF00, 0xFBC}, {0x1000,
        0x11FF}, {0x13A0, 0x13FD}, {0x1780, 0x17F9},
        {0x1D00, 0x1DF5}, {0x1E00, 0x1FFF}, {0x2000, 0x23FF}, {0x2460, 0x27BF}, {0x2C00, 0x2C2E}, {0x2E80, 0x303F},
        {0x3041, 0x32FE}, {0x3300, 0x33FF},
        {0x4E00, 0x4EFF}, {0xA640, 0xA7B9}, {0xAC00, 0xACFF}, {0xE000, 0xE010}, {0xFB00, 0xFDFB}, {0xFE00, 0xFFEE},
        {0x10000, 0x100FF}, {0x10400, 0x104AF}, {0x1D400, 0x1D7FF}, {0x1F110, 0x1F16B}, {0x1F1E6, 0x1F64F}, {0x1F900,
        0x1F9FF}, {0x20000, 0x20040},
        {0xE0020, 0xE007F}};
    private static final String[] ATOMS = {" ", " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "a", "the", "The",
        "THE", "ing", "é", "ß",
        "e\u0301", "世界", "한", "ไทย", "1", "23", "456", "½", "٣", ".", ",", "!?", "...", "'s", "'LL", "'", "\"", "(",
        ")", "_", "-", "—", "$",
        "+", "<s>", "</s>", "<unk>", "<|endoftext|>", "<mask>", "qword", "▁", "Ġ", "<0x41>", "😀", "👩‍👩‍👧", "\u200d",
        "\ufe0f", "𝐀", "\u0000", "/", "\\n"};

    private Corpus() {}

    static List<String> texts() {
        var texts = new ArrayList<>(List.of(SENTENCES));
        var random = new Random(42);
        for (var range : RANGES) sweep(range[0], range[1], texts);
        for (int i = 0; i < 800; i++) texts.add(mixture(random, 1 + random.nextInt(30)));
        for (int i = 0; i < 200; i++) texts.add(garbage(random));
        for (int i = 0; i < 200; i++) texts.add(characters(random));
        for (var run : List.of("a", "A", " ", "\n", "\t", "1", ".", "'", "é", "世", "😀", "\u0301", "ab", "a ", " a",
            "\r\n", "▁", "aA1 ", "<", "<s>", "\u3000"))
            for (int n : new int[] {2, 3, 4, 7, 8, 15, 16, 17, 100, 1000}) texts.add(run.repeat(n));
        for (var run : List.of(" ", "\n", "\t ", "1", "\u00a0"))
            for (int n = 1; n < 6; n++) for (var end : List.of("a", ".", "1", "'s", "世")) texts.add("x" + run.repeat(n)
            + end);
        texts.add(String.join(" ", SENTENCES));
        texts.add(String.join("\n", SENTENCES).repeat(5));
        return texts;
    }

    private static void sweep(int from, int to, List<String> texts) {
        var together = new StringBuilder();
        var apart = new StringBuilder();
        for (int c = from; c <= to; c++) {
            if (!Character.isDefined(c)) continue;
            together.appendCodePoint(c);
            apart.append(" x").appendCodePoint(c).appendCodePoint(c).append("y ").appendCodePoint(c).append("1");
            if (c % 64 == 63 || c == to) {
                texts.add(together.toString());
                texts.add(apart.toString());
                together.setLength(0);
                apart.setLength(0);
            }
        }
    }

    private static String mixture(Random random, int atoms) {
        var text = new StringBuilder();
        for (int i = 0; i < atoms; i++) text.append(ATOMS[random.nextInt(ATOMS.length)]);
        return text.toString();
    }

    private static String garbage(Random random) {
        var bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        return safe(new String(bytes, UTF_8));
    }

    private static String characters(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(50); i >= 0; i--) {
            var range = RANGES[random.nextInt(RANGES.length)];
            int c = range[0] + random.nextInt(range[1] - range[0] + 1);
            if (Character.isDefined(c)) text.appendCodePoint(c);
        }
        return text.toString();
    }

    /// Without characters outside the ranges above, which the libraries may know from different versions of Unicode.
    private static String safe(String text) {
        return text.codePoints().filter(c -> {
            for (var range : RANGES) if (c >= range[0] && c <= range[1]) return Character.isDefined(c);
            return c < 0x20 || c == 0xFFFD;
        }).collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
