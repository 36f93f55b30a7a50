/** A place in the picture, in scene pixels. */
export interface Point {
  x: number;
  y: number;
}

/** What gestures on a scene do. All pixels are the scene's. */
export interface SceneGestures {
  /** The scene's width, which *surface* shows. */
  width: number;
  /** The object under a point or, if there is none, one within *reach* of it. */
  objectAt(this: void, at: Point, reach: number): number | null;
  /** Where an object stands in the picture, or null if it is not there. */
  footOf(this: void, id: number): Point | null;
  /** The reader pressed on an object, or (null) beside all. */
  pick(this: void, id: number | null): void;
  /** The reader's pointer is over an object, or (null) over none. */
  hover(this: void, id: number | null): void;
  /** A drag wants an object to stand at a place: at most once a frame. *gesture* names the drag. */
  drag(this: void, id: number, foot: Point, gesture: string): void;
  /** A drag that moved an object is over. */
  drop(this: void, id: number): void;
}

/** How far around the pointer, in CSS pixels, an object is looked for. */
const reach: Record<string, number> = {mouse: 4, pen: 8, touch: 22};

/**
 * Lets objects be dragged on *surface* by mouse, pen or finger. A finger that starts on an object
 * drags it; one that starts elsewhere scrolls the page.
 */
export function dragObjects(surface: HTMLElement, gestures: SceneGestures): void {
  const {width} = gestures;
  let drag: {id: number; pointer: number; dx: number; dy: number; gesture: string} | null = null;
  let pending: Point | null = null;
  let moved = false;
  let over: PointerEvent | null = null;
  let count = 0;

  function toScene({clientX, clientY}: {clientX: number; clientY: number}): Point {
    const box = surface.getBoundingClientRect();
    const scale = width / box.width;
    return {x: (clientX - box.left) * scale, y: (clientY - box.top) * scale};
  }

  function hit(event: {clientX: number; clientY: number}, type: string): number | null {
    const near = (reach[type] ?? reach.mouse) * (width / surface.clientWidth);
    return gestures.objectAt(toScene(event), near);
  }

  function apply(): void {
    if (drag && pending) {
      moved = true;
      const foot = {x: pending.x + drag.dx, y: pending.y + drag.dy};
      gestures.drag(drag.id, foot, drag.gesture);
    }
    pending = null;
  }

  /** Finding what is under the pointer takes milliseconds: once a frame is enough. */
  function look(): void {
    if (over && !drag) {
      const id = hit(over, over.pointerType);
      surface.style.cursor = id === null ? "" : "grab";
      gestures.hover(id);
    }
    over = null;
  }

  // Only here, before the browser has decided that a finger scrolls, can it be told not to.
  surface.addEventListener(
    "touchstart",
    (event) => {
      if (event.touches.length === 1 && hit(event.touches[0], "touch") !== null)
        event.preventDefault();
    },
    {passive: false}
  );
  surface.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    const id = hit(event, event.pointerType);
    gestures.pick(id);
    const foot = id === null ? null : gestures.footOf(id);
    if (id === null || !foot) return;
    event.preventDefault();
    surface.focus({preventScroll: true});
    surface.setPointerCapture(event.pointerId);
    surface.classList.add("viz-dragging");
    const {x, y} = toScene(event);
    const gesture = `drag ${++count}`;
    drag = {id, pointer: event.pointerId, dx: foot.x - x, dy: foot.y - y, gesture};
    moved = false;
  });
  surface.addEventListener("pointermove", (event) => {
    if (drag) {
      if (event.pointerId !== drag.pointer) return;
      if (!pending) requestAnimationFrame(apply);
      pending = toScene(event);
    } else if (event.pointerType !== "touch") {
      if (!over) requestAnimationFrame(look);
      over = event;
    }
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const)
    surface.addEventListener(type, (event) => {
      if (event.pointerId !== drag?.pointer) return;
      apply();
      const {id} = drag;
      drag = null;
      surface.classList.remove("viz-dragging");
      if (moved) gestures.drop(id);
    });
  surface.addEventListener("pointerleave", () => {
    over = null;
    gestures.hover(null);
  });
}
