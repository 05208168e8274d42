// Where months come from: a socket to the server. Each source calls the same functions of its listener.

/** The live session. */
export class LiveSource {
  constructor(listener, token) {
    this.listener = listener;
    this.token = token;
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(`ws://${location.host}/ws`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.send({ do: "hello", token: this.token });
    this.socket.onmessage = (message) => {
      if (message.data instanceof ArrayBuffer) this.listener.frame(opened(message.data));
      else this.tell(JSON.parse(message.data));
    };
    this.socket.onclose = () => {
      this.listener.lost();
      setTimeout(() => this.connect(), 1500);
    };
  }

  tell(message) {
    const known = ["status", "session", "welcome", "changed", "why", "paused", "error"];
    if (known.includes(message.type)) this.listener[message.type](message);
  }

  send(command) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(command));
  }
}

/** Header and columns of a frame: three of each world, one byte a resident. */
export function opened(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const n = (buffer.byteLength - 4 - length) / 6;
  const column = (place) => new Uint8Array(buffer, 4 + length + place * n, n);
  const worlds = [0, 3].map((start) => ({ satisfaction: column(start), acts: column(start + 1), belief: column(start + 2) }));
  return { ...header, worlds };
}
