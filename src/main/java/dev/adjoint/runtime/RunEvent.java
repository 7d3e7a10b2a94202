package dev.adjoint.runtime;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * One run of a signature and how it ended, for Flight Recorder. There is one for each run that was
 * asked for, also for those that were refused before anything was computed.
 */
@Name("dev.adjoint.Run")
@Label("Run")
@Category("Adjoint")
@Description("One run of a signature")
@StackTrace(false)
final class RunEvent extends Event {
  private static final EventType TYPE = EventType.getEventType(RunEvent.class);

  @Label("Signature")
  final String signature;

  @Label("Outcome")
  @Description("completed, failed, cancelled, or timed out")
  String outcome = "";

  @Label("Exception")
  @Description("The class of what a run that did not complete threw")
  String exception = "";

  @Label("Message")
  @Description("What the run threw says")
  String message = "";

  @Label("Node")
  @Description("The node at fault, where one is known")
  String node = "";

  RunEvent(String signature) {
    this.signature = signature;
  }

  /** Whether any recording wants these events. */
  static boolean isOn() {
    return TYPE.isEnabled();
  }
}
