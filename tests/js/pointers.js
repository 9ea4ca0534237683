// An element without a browser, and pointers over it.

/** An element at the upper left corner of the window. */
export class FakeElement extends EventTarget {
  clientLeft = 0;
  clientTop = 0;
  ownerDocument = new EventTarget();
  captured = [];

  getBoundingClientRect() {
    return {left: 0, top: 0, width: 100, height: 100};
  }

  setPointerCapture(id) {
    this.captured.push(id);
  }

  /** What the browser tells of a pointer, to the document first. @returns {Event} */
  tell(type, [clientX, clientY] = [0, 0], more = {}) {
    const event = new Event(type, {cancelable: true});
    const pressed = type === "pointerdown" || type === "pointermove";
    const values = {pointerId: 1, pointerType: "mouse", isPrimary: true, button: 0, buttons: Number(pressed)};
    for (const [name, value] of Object.entries({...values, clientX, clientY, timeStamp: 0, ...more}))
      Object.defineProperty(event, name, {value});
    if (type.startsWith("pointer")) {
      const copy = new Event(type);
      for (const name of ["pointerType", "buttons", "timeStamp"])
        Object.defineProperty(copy, name, {value: event[name]});
      this.ownerDocument.dispatchEvent(copy);
    }
    this.dispatchEvent(event);
    return event;
  }
}

/** A finger. @param {number} id @param {object} [more] */
export const finger = (id, more = {}) => ({
  pointerId: id,
  pointerType: "touch",
  isPrimary: id === 1,
  timeStamp: 1e6,
  ...more,
});
