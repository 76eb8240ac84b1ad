// java -cp target/lazuli.jar:target/lib/* --add-modules jdk.incubator.vector examples/Gradient.java
import static dev.lazuli.Lazuli.*;

import dev.lazuli.Array;

record Line(Array slope, Array offset) {
    Array at(Array x) { return slope.mul(x).add(offset); }
}

void main() {
    var x = array(0f, 1f, 2f, 3f);
    var y = array(1f, 3f, 5f, 7f);
    var line = new Line(scalar(0f), scalar(0f));
    var loss = valueAndGrad((Line l) -> mean(square(l.at(x).sub(y))));
    for (int step = 0; step < 200; step++) {
        var slope = loss.apply(line).gradient();
        line = new Line(line.slope().sub(slope.slope().mul(0.1)), line.offset().sub(slope.offset().mul(0.1)));
        eval(line);
    }
    IO.println(line); // close to slope 2, offset 1
}
