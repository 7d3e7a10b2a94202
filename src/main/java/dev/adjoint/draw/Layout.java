package dev.adjoint.draw;

import dev.adjoint.draw.Placement.Frame;
import dev.adjoint.draw.Placement.PlacedBox;
import dev.adjoint.draw.Placement.Point;
import dev.adjoint.draw.Placement.Rectangle;
import dev.adjoint.draw.Placement.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.elk.alg.layered.LayeredLayoutProvider;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.math.KVector;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.options.HierarchyHandling;
import org.eclipse.elk.core.options.PortConstraints;
import org.eclipse.elk.core.options.PortLabelPlacement;
import org.eclipse.elk.core.options.PortSide;
import org.eclipse.elk.core.options.SizeConstraint;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkBendPoint;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkLabel;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.ElkPort;
import org.eclipse.elk.graph.ElkShape;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/**
 * Gives an {@link Outline} places: in layers, by the method of Sugiyama, Tagawa and Toda (1981) as
 * the Eclipse Layout Kernel does it.
 */
final class Layout {
  private static final double GAP = 18;
  private static final double LAYER_GAP = 26;
  private static final double TITLE = 20;

  private final Outline outline;
  private final ElkNode root = ElkGraphUtil.createGraph();
  private final Map<List<String>, ElkNode> frames = new LinkedHashMap<>();
  private final List<ElkNode> nodes = new ArrayList<>();
  private final List<ElkPort> ports = new ArrayList<>();
  private final Map<ElkEdge, Role> edges = new LinkedHashMap<>();

  private Layout(Outline outline) {
    this.outline = outline;
    configure(root);
    root.setProperty(LayeredOptions.PADDING, new ElkPadding(GAP));
    outline.boxes().forEach(this::add);
    outline.arrows().forEach(this::add);
  }

  static Placement of(Outline outline) {
    Layout layout = new Layout(outline);
    // Teaches the kernel the types of its own properties, once a JVM.
    LayoutMetaDataService.getInstance();
    new LayeredLayoutProvider().layout(layout.root, new BasicProgressMonitor());
    return layout.placement();
  }

  private static void configure(ElkNode container) {
    container.setProperty(LayeredOptions.DIRECTION, Direction.DOWN);
    container.setProperty(LayeredOptions.HIERARCHY_HANDLING, HierarchyHandling.INCLUDE_CHILDREN);
    container.setProperty(LayeredOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
    container.setProperty(LayeredOptions.SPACING_NODE_NODE, GAP);
    container.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, LAYER_GAP);
    container.setProperty(LayeredOptions.SPACING_EDGE_NODE, GAP / 2);
  }

  private void add(Box box) {
    ElkNode node = ElkGraphUtil.createNode(frame(box.scope()));
    node.setDimensions(Typeface.width(box.lines()), Typeface.height(box.lines()));
    node.setProperty(LayeredOptions.PORT_CONSTRAINTS, PortConstraints.FIXED_SIDE);
    node.setProperty(LayeredOptions.PORT_LABELS_PLACEMENT, PortLabelPlacement.outside());
    ElkPort port = ElkGraphUtil.createPort(node);
    port.setProperty(LayeredOptions.PORT_SIDE, PortSide.SOUTH);
    if (!box.result().isEmpty()) {
      ElkLabel label = ElkGraphUtil.createLabel(box.result(), port);
      label.setDimensions(Typeface.width(box.result(), Typeface.SMALL), Typeface.SMALL + 2);
    }
    nodes.add(node);
    ports.add(port);
  }

  private ElkNode frame(List<String> scope) {
    if (scope.isEmpty()) {
      return root;
    }
    ElkNode known = frames.get(scope);
    if (known != null) {
      return known;
    }
    ElkNode frame = ElkGraphUtil.createNode(frame(scope.subList(0, scope.size() - 1)));
    configure(frame);
    frame.setProperty(
        LayeredOptions.PADDING, new ElkPadding(GAP / 2 + TITLE, GAP / 2, GAP / 2, GAP / 2));
    frame.setProperty(LayeredOptions.NODE_SIZE_CONSTRAINTS, SizeConstraint.minimumSize());
    double title = Typeface.width(List.of(scope.getLast()));
    frame.setProperty(LayeredOptions.NODE_SIZE_MINIMUM, new KVector(title, TITLE));
    frames.put(scope, frame);
    return frame;
  }

  private void add(Outline.Arrow arrow) {
    ElkEdge edge = ElkGraphUtil.createSimpleEdge(ports.get(arrow.from()), nodes.get(arrow.to()));
    edges.put(edge, outline.boxes().get(arrow.from()).role());
  }

  private Placement placement() {
    List<Frame> placedFrames = new ArrayList<>();
    frames.forEach((scope, frame) ->
        placedFrames.add(new Frame(scope.getLast(), Role.ofScope(scope), rectangle(frame))));
    List<PlacedBox> boxes = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Box box = outline.boxes().get(i);
      boxes.add(new PlacedBox(box, rectangle(nodes.get(i)), result(ports.get(i))));
    }
    List<Route> routes = new ArrayList<>();
    edges.forEach((edge, role) ->
        edge.getSections().forEach(section -> routes.add(new Route(role, points(edge, section)))));
    return new Placement(root.getWidth(), root.getHeight(), placedFrames, boxes, routes);
  }

  private static Point origin(ElkNode container) {
    double x = 0;
    double y = 0;
    for (ElkNode at = container; at != null; at = at.getParent()) {
      x += at.getX();
      y += at.getY();
    }
    return new Point(x, y);
  }

  private static Rectangle rectangle(ElkNode node) {
    Point corner = origin(node);
    return new Rectangle(corner.x(), corner.y(), node.getWidth(), node.getHeight());
  }

  private static Point result(ElkPort port) {
    Point corner = origin(port.getParent());
    double x = corner.x() + port.getX();
    double y = corner.y() + port.getY();
    return port.getLabels().isEmpty() ? new Point(x, y) : offset(port.getLabels().getFirst(), x, y);
  }

  private static Point offset(ElkShape shape, double x, double y) {
    return new Point(x + shape.getX(), y + shape.getY());
  }

  private static List<Point> points(ElkEdge edge, ElkEdgeSection section) {
    Point corner = origin(edge.getContainingNode());
    List<Point> points = new ArrayList<>();
    points.add(new Point(corner.x() + section.getStartX(), corner.y() + section.getStartY()));
    for (ElkBendPoint bend : section.getBendPoints()) {
      points.add(new Point(corner.x() + bend.getX(), corner.y() + bend.getY()));
    }
    points.add(new Point(corner.x() + section.getEndX(), corner.y() + section.getEndY()));
    return points;
  }
}
