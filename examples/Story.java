// java -cp target/lazuli.jar:target/lib/* --add-modules jdk.incubator.vector examples/Story.java MODEL
import dev.lazuli.llama.Llama;
import java.nio.file.Path;

void main(String[] args) {
    var llama = Llama.load(Path.of(args[0]));
    llama.generate("Once upon a time").limit(100).forEach(IO::print);
    IO.println();
}
