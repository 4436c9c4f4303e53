// In place of the function of this name in the package ndarray (MIT), which puts the source of each view together as text
// and evaluates it: the same views as a class, so that no page needs 'unsafe-eval'. Put in by tools/viewer/package.
function compileConstructor(dtype, dimension) {
  const generic = dtype === 'generic';
  const given = (i) => typeof i === 'number' && i >= 0;
  class View {
    constructor(data, shape, stride, offset) {
      this.data = data;
      this.shape = dimension > 0 ? Array.from(shape).slice(0, dimension) : [];
      this.stride = dimension > 0 ? Array.from(stride).slice(0, dimension) : [];
      this.offset = offset | 0;
    }
    get size() {
      return dimension < 0 ? 0 : this.shape.reduce((product, length) => product * length, 1);
    }
    get order() {
      return dimension > 0 ? order.call(this) : [];
    }
    index(...at) {
      if (dimension < 0) return -1;
      let out = this.offset;
      for (let i = 0; i < dimension; ++i) out += this.stride[i] * at[i];
      return out;
    }
    get(...at) {
      if (dimension < 0) return undefined;
      return generic ? this.data.get(this.index(...at)) : this.data[this.index(...at)];
    }
    set(...at) {
      if (dimension < 0) return undefined;
      const value = at[dimension];
      return generic ? this.data.set(this.index(...at), value) : (this.data[this.index(...at)] = value);
    }
    valueOf() {
      return dimension === 0 ? this.get() : this;
    }
    hi(...at) {
      return new View(this.data, this.shape.map((length, i) => (given(at[i]) ? at[i] | 0 : length)), this.stride, this.offset);
    }
    lo(...at) {
      let offset = this.offset;
      const shape = this.shape.map((length, i) => {
        if (!given(at[i])) return length;
        offset += this.stride[i] * (at[i] | 0);
        return length - (at[i] | 0);
      });
      return new View(this.data, shape, this.stride, offset);
    }
    step(...by) {
      let offset = this.offset;
      const shape = [...this.shape];
      const stride = [...this.stride];
      for (let i = 0; i < dimension; ++i) {
        if (typeof by[i] !== 'number') continue;
        const d = by[i] | 0;
        if (d < 0) offset += stride[i] * (shape[i] - 1);
        shape[i] = Math.ceil(Math.abs(shape[i] / d));
        stride[i] *= d;
      }
      return new View(this.data, shape, stride, offset);
    }
    transpose(...to) {
      const axes = this.shape.map((_, i) => (to[i] === undefined ? i : to[i] | 0));
      return new View(this.data, axes.map((a) => this.shape[a]), axes.map((a) => this.stride[a]), this.offset);
    }
    pick(...at) {
      if (dimension < 0) return null;
      const shape = [];
      const stride = [];
      let offset = this.offset;
      for (let i = 0; i < dimension; ++i) {
        if (given(at[i])) {
          offset += this.stride[i] * at[i];
        } else {
          shape.push(this.shape[i]);
          stride.push(this.stride[i]);
        }
      }
      return CACHED_CONSTRUCTORS[dtype][dimension === 0 ? 0 : shape.length + 1](this.data, shape, stride, offset);
    }
  }
  View.prototype.dtype = dtype;
  View.prototype.dimension = dimension;
  return (data, shape, stride, offset) => new View(data, shape, stride, offset);
}
