package dev.adjoint.runtime;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One run of a signature, for Flight Recorder. */
@Name("dev.adjoint.Run")
@Label("Run")
@Category("Adjoint")
@Description("One run of a signature")
@StackTrace(false)
final class RunEvent extends Event {
  private static final EventType TYPE = EventType.getEventType(RunEvent.class);

  @Label("Signature")
  final String signature;

  /** Begins. */
  RunEvent(String signature) {
    this.signature = signature;
    begin();
  }

  /** Whether any recording wants these events. */
  static boolean isOn() {
    return TYPE.isEnabled();
  }
}
