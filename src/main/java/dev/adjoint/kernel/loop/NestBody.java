package dev.adjoint.kernel.loop;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.adjoint.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;

/** Writes the steps of a {@link Nest} for some columns, in one form: vectors or elements. */
final class NestBody {
  private final NestFrame frame;
  private final Nest nest;
  private final CodeBuilder out;
  private final Lanes lanes;
  private final int[] locals;
  private final int ahead;

  /**
   * @param locals the variables of the values so far, of this form
   * @param ahead how many columns the elements lie behind the loop's
   */
  NestBody(NestFrame frame, Lanes lanes, int[] locals, int ahead) {
    this.frame = frame;
    this.nest = frame.nest();
    this.out = frame.out();
    this.lanes = lanes;
    this.locals = locals;
    this.ahead = ahead;
  }

  void computeAll() {
    boolean[] varying = nest.varying();
    for (int value = 0; value < locals.length; value++) {
      if (varying[value]) {
        compute(value);
      }
    }
  }

  void storeAll() {
    nest.stores().forEach(store -> store(store.access(), () -> load(store.value())));
  }

  void compute(int value) {
    Step step = nest.steps().get(value);
    switch (step.opcode()) {
      case LOAD -> loadFrom((int) step.immediate());
      case GATHER -> gather(step);
      default -> lanes.step(out, step, new StepOperands(step));
    }
    locals[value] = lanes.save(out, step.type());
  }

  /** Loads a value. */
  void load(int value) {
    Step step = nest.steps().get(value);
    if (step.opcode() == Opcode.CONSTANT && lanes.count() == 1) {
      ScalarLanes.constant(out, step.type(), step.immediate());
    } else {
      lanes.restore(out, step.type(), locals[value]);
    }
  }

  /** Loads the element of an access. */
  void loadFrom(int access) {
    Nest.Source source = nest.accesses().get(access);
    if (source.place() == Nest.Place.COUNTER) {
      frame.index(access, ahead);
      ScalarLanes.convert(out, DType.INT32, source.dtype());
    } else {
      lanes.load(out, source.dtype(), () -> frame.array(access), () -> frame.index(access, ahead));
    }
  }

  void store(int access, Runnable value) {
    DType type = nest.accesses().get(access).dtype();
    lanes.store(out, type, value, () -> frame.array(access), () -> frame.index(access, ahead));
  }

  private void gather(Step step) {
    int access = (int) step.immediate();
    frame.array(access);
    frame.index(access, ahead);
    int index = step.operands().get(0);
    load(index);
    ScalarLanes.convert(out, nest.steps().get(index).type(), DType.INT64);
    load(step.operands().get(1));
    out.invokestatic(
        NestFrame.described(ScalarMath.class),
        "checkedIndex",
        MethodTypeDesc.of(CD_int, CD_long, CD_int));
    load(step.operands().get(2));
    out.imul().iadd();
    out.arrayLoad(ScalarLanes.kind(step.type()));
  }

  private final class StepOperands implements Lanes.Operands {
    private final Step step;

    StepOperands(Step step) {
      this.step = step;
    }

    @Override
    public void load(int position) {
      NestBody.this.load(step.operands().get(position));
    }

    @Override
    public DType type(int position) {
      return nest.steps().get(step.operands().get(position)).type();
    }
  }
}
