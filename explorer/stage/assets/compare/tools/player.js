// A place on a walk, from 0 to 1, that plays to and fro, or round and round.

export class Player {
  /**
   * @param {HTMLElement} button
   * @param {HTMLInputElement} scrub
   * @param {{milliseconds: () => number, loops: () => boolean, moved: () => void}} on
   *   how long the whole walk takes; whether it returns to its beginning; the place changed
   */
  constructor(button, scrub, on) {
    this.button = button;
    this.scrub = scrub;
    this.on = on;
    this.place = 0;
    this.playing = false;
    this.ticking = 0; // the frame that is asked for
    this.direction = 1;
    scrub.addEventListener("input", () => {
      this.pause();
      this.move(Number(scrub.value));
    });
  }

  /** @param {number} place */
  move(place) {
    this.place = place;
    this.scrub.value = String(place);
    this.on.moved();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    this.playing = true;
    this.button.textContent = "pause";
    this.direction = this.place >= 1 ? -1 : 1;
    this.tick(performance.now());
  }

  /** @param {number} last when the frame before was drawn, milliseconds */
  tick(last) {
    this.ticking = requestAnimationFrame((now) => {
      if (!this.playing) return;
      this.step((now - last) / this.on.milliseconds());
      this.tick(now);
    });
  }

  /** @param {number} share of the whole walk */
  step(share) {
    let place = this.place + this.direction * share;
    if (this.on.loops()) {
      place = ((place % 1) + 1) % 1;
    } else if (place > 1 || place < 0) {
      this.direction = -this.direction;
      place = Math.max(0, Math.min(1, place));
    }
    this.move(place);
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.ticking);
    this.button.textContent = "play";
  }
}
