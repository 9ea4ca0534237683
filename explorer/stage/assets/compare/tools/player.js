// Plays a walk to and fro, or round and round: `share` of it, 0 to 1, is behind.

export class Player {
  /**
   * @param {HTMLElement} button
   * @param {HTMLInputElement} scrub
   * @param {{milliseconds: () => number, loops: () => boolean, moved: () => void}} on
   *   how long the whole walk takes; whether it returns to its beginning; the share changed
   */
  constructor(button, scrub, on) {
    this.button = button;
    this.scrub = scrub;
    this.on = on;
    this.share = 0;
    this.playing = false;
    this.ticking = 0; // the frame that is asked for
    this.direction = 1;
    scrub.addEventListener("input", () => {
      this.pause();
      this.move(Number(scrub.value));
    });
  }

  /** @param {number} share */
  move(share) {
    this.share = share;
    this.scrub.value = String(share);
    this.on.moved();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    this.playing = true;
    this.button.textContent = "pause";
    this.direction = this.share >= 1 ? -1 : 1;
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

  /** @param {number} size as a share of the whole walk */
  step(size) {
    let share = this.share + this.direction * size;
    if (this.on.loops()) {
      share = ((share % 1) + 1) % 1;
    } else if (share > 1 || share < 0) {
      this.direction = -this.direction;
      share = Math.max(0, Math.min(1, share));
    }
    this.move(share);
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.ticking);
    this.button.textContent = "play";
  }
}
