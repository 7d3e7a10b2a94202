package dev.adjoint.runtime;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A stage of a run, for Flight Recorder. */
@Name("dev.adjoint.Stage")
@Label("Stage")
@Category("Adjoint")
@Description("The tasks of a run that were computed at the same time")
@StackTrace(false)
final class StageEvent extends Event {
  private static final EventType TYPE = EventType.getEventType(StageEvent.class);

  @Label("Step")
  String step = "";

  @Label("Tasks")
  int tasks;

  /** Whether any recording wants these events. */
  static boolean isOn() {
    return TYPE.isEnabled();
  }
}
