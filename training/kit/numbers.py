"""Numbers for people, with the digits that their unit deserves. No heavy library."""


def with_unit(value: float | list[float], unit: str) -> str:
    """A value in "nats", a share in "%", or a plain number: "133.457 nats", "86.12 %", "0.0349"."""
    if isinstance(value, list):
        return ", ".join(f"{v:.3f}" for v in value) + f" {unit}".rstrip()
    return {"nats": f"{value:.3f} nats", "%": f"{100 * value:.2f} %"}.get(unit, f"{value:.4f}")
