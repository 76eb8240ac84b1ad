package dev.lazuli.cpu;
import dev.lazuli.backend.*; import dev.lazuli.graph.*; import dev.lazuli.memory.*; import dev.lazuli.type.*;
import java.lang.foreign.ValueLayout;
import java.util.*;
public final class Loops {
    static Object step(Program p, Program.Step s, Object[] v, Operand[] in, long[] off) {
        switch (s) {
            case Program.Load l -> { var o = in[l.input()]; long a = o.address()+off[l.input()]*o.dtype().bytes(); return l.dtype().isFloat()? (Object)Values.real(a,l.dtype()) : (Object)Values.whole(a,l.dtype()); }
            case Program.Constant c -> { return c.dtype().isFloat()? (Object)c.value() : (Object)(long)c.value(); }
            case Program.Apply a -> {
                Object x=v[a.args().get(0)], y=a.args().size()>1?v[a.args().get(1)]:x, z=a.args().size()>2?v[a.args().get(2)]:x;
                Dtype in0=p.steps().get(a.args().get(0)).dtype();
                if (a.op()==Scalar.SELECT) return ((Number)x).longValue()!=0?y:z;
                if (a.op()==Scalar.CAST) { if (a.dtype().isBool()) return ((Number)x).doubleValue()!=0?1L:0L; if (a.dtype().isFloat()) { double d=x instanceof Double q?q: in0==Dtype.UINT64&&(Long)x<0? ((Long)x>>>1|(Long)x&1)*2.0:((Long)x).doubleValue(); return round(d,a.dtype()); } return wrap(x instanceof Double q? (long)(double)q : (Long)x,a.dtype()); }
                if (x instanceof Double q) { double d=a.op().real().of(q,(Double)y); return a.dtype().isFloat()?(Object)round(d,a.dtype()):(Object)(long)d; }
                long l = in0==Dtype.UINT64? a.op().unsigned((Long)x,(Long)y): a.op().whole().of((Long)x,(Long)y);
                return wrap(l,a.dtype());
            }
        }
    }
    static Object round(double d, Dtype t) { return t==Dtype.FLOAT64?d: t==Dtype.FLOAT16?(double)Float.float16ToFloat(Float.floatToFloat16((float)d)): t==Dtype.BFLOAT16?(double)Float.intBitsToFloat(Values.bfloat16((float)d)<<16):(double)(float)d; }
    static Object wrap(long l, Dtype t) { return switch(t){case BOOL->l!=0?1L:0L;case UINT8->l&255;case INT8->(long)(byte)l;case UINT16->l&65535;case INT16->(long)(short)l;case UINT32->l&0xFFFFFFFFL;case INT32->(long)(int)l;default->l;}; }
    interface Sink { void put(int i, Object v, int[] idx); }
    static void each(Program p, Operand[] in, Shape s, Sink sink) {
        var idx=new int[s.rank()]; var v=new Object[p.steps().size()]; var off=new long[in.length];
        for (long i=0;i<s.size();i++) { long r=i; for(int d=s.rank()-1;d>=0;d--){idx[d]=(int)(r%s.dim(d));r/=s.dim(d);} for(int k=0;k<in.length;k++){off[k]=0;for(int d=0;d<idx.length;d++)off[k]+=idx[d]*in[k].strides()[d];}
            for(int k=0;k<v.length;k++)v[k]=step(p,p.steps().get(k),v,in,off); sink.put((int)i,v[v.length-1],idx); }
    }
    public static Kernel map(Program p) { return (in,out)-> each(p,in,out.shape(),(i,v,idx)->{ long o=0; for(int d=0;d<idx.length;d++)o+=idx[d]*out.strides()[d]; Values.write(out.address()+o*out.dtype().bytes(),out.dtype(),(Number)v);}); }
    public static Kernel reduce(Program p, Scalar fold, Ints axes) { return (in,out)->{ var s=in[0].shape(); var red=new boolean[s.rank()]; for(int a:axes.toArray())red[a+s.rank()]=true; var acc=new Object[(int)out.shape().size()];
        each(p,in,s,(i,v,idx)->{ int o=0; for(int d=0;d<idx.length;d++) if(!red[d]) o=o*s.dim(d)+idx[d]; acc[o]=acc[o]==null?v: v instanceof Double q?(Object)(fold.real().of((Double)acc[o],q)):wrap(fold.whole().of((Long)acc[o],(Long)v),p.dtype()); });
        for(int i=0;i<acc.length;i++) Values.write(out.address()+(long)i*out.dtype().bytes(),out.dtype(),acc[i]==null?(fold==Scalar.MUL?1:0):(Number)acc[i]); }; }
}
