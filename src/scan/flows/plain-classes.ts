// Finds a file's classes whose instances have only what their own methods give them. An instance of such a class isn't mistaken for a
// module that the class received (scan policy §10.15).
import { listParameters } from '../names/calls.ts';
import { isSpecial } from '../policy/private-names.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';

/**
 * Special methods that change neither an instance nor its attributes. `__getattr__` is among them, because it is called only for other
 * attributes.
 */
const harmless: ReadonlySet<string> = new Set([
  ...['__init__', '__getattr__', '__repr__', '__str__', '__len__', '__bool__', '__eq__', '__hash__'],
  ...['__enter__', '__exit__', '__call__'],
]);

export class PlainClasses {
  private readonly tree: SyntaxTree;
  private readonly plain = new Map<NodeIndex, boolean>();
  private readonly attributes = new Map<NodeIndex, ReadonlySet<string>>();

  constructor(tree: SyntaxTree) {
    this.tree = tree;
  }

  isPlain(definition: NodeIndex): boolean {
    const isPlain = this.plain.get(definition) ?? this.readPlain(definition);
    this.plain.set(definition, isPlain);
    return isPlain;
  }

  /** Returns whether every instance of the class has the attribute from the start, so that no fallback is ever called for it. */
  sets(definition: NodeIndex, attribute: string): boolean {
    const attributes = this.attributes.get(definition) ?? this.readAttributes(definition);
    this.attributes.set(definition, attributes);
    return attributes.has(attribute);
  }

  private readPlain(definition: NodeIndex): boolean {
    const { tree } = this;
    if (tree.kind(definition) !== Kind.classDefinition) return false;
    const isDecorated = tree.kind(tree.parent(definition)) === Kind.decoratedDefinition;
    const hasBases = tree.childOfKind(definition, Kind.argumentList) !== noNode;
    if (isDecorated || hasBases || this.isChanged(this.nameOf(definition))) return false;
    return tree.items(tree.lastPart(definition)).every((part) => this.isPlainPart(part));
  }

  /** Returns whether a class of this name is used for anything except calling it, so that its methods may be changed. */
  private isChanged(name: string): boolean {
    const { tree } = this;
    for (let node = 0; node < tree.size; node += 1) {
      if (tree.kind(node) !== Kind.identifier || tree.name(node) !== name) continue;
      const kind = tree.kind(tree.parent(node));
      if (!tree.isCallee(node) && kind !== Kind.classDefinition && kind !== Kind.type) return true;
    }
    return false;
  }

  /**
   * Returns whether the statement in a class body defines a method or field as written, and defines no special method in another way.
   */
  private isPlainPart(part: NodeIndex): boolean {
    const { tree } = this;
    if (tree.kind(part) === Kind.functionDefinition) return this.isPlainMethod(part);
    if (tree.kind(part) === Kind.decoratedDefinition) {
      const method = tree.lastPart(part);
      if (tree.kind(method) !== Kind.functionDefinition) return false;
      return !isSpecial(this.nameOf(method)) && this.isPlainMethod(method);
    }
    if (tree.kind(part) !== Kind.expressionStatement) return false;
    const inner = tree.firstPart(part);
    if (tree.kind(inner) !== Kind.assignment) return tree.kind(inner) === Kind.string;
    const target = tree.firstPart(inner);
    const isOnly = tree.kind(target) === Kind.identifier && tree.kind(tree.lastPart(inner)) !== Kind.assignment;
    return isOnly && !isSpecial(tree.name(target));
  }

  private methodsOf(definition: NodeIndex): NodeIndex[] {
    const { tree } = this;
    return tree
      .items(tree.lastPart(definition))
      .map((part) => (tree.kind(part) === Kind.decoratedDefinition ? tree.lastPart(part) : part))
      .filter((part) => tree.kind(part) === Kind.functionDefinition);
  }

  /** Returns whether the method uses its object only to read and write attributes by name. */
  private isPlainMethod(method: NodeIndex): boolean {
    const name = this.nameOf(method);
    if (isSpecial(name) && !harmless.has(name)) return false;
    const receiver = this.receiverOf(method);
    return receiver !== undefined && this.mentionsOf(method, receiver).every((node) => this.isPlainUse(node));
  }

  /** Returns whether `__init__` only stores its arguments in attributes, or uses them as methods use their object. */
  keepsArguments(definition: NodeIndex): boolean {
    const { tree } = this;
    if (!this.isPlain(definition)) return false;
    return this.initializersOf(definition).every((method) =>
      listParameters(tree, method).names.every((name) =>
        this.mentionsOf(method, name).every((node) => {
          const parent = tree.parent(node);
          return (tree.kind(parent) === Kind.assignment && tree.lastPart(parent) === node) || this.isPlainUse(node);
        }),
      ),
    );
  }

  /** Returns the definitions of `__init__`. */
  initializersOf(definition: NodeIndex): NodeIndex[] {
    return this.methodsOf(definition).filter((method) => this.nameOf(method) === '__init__');
  }

  /** Returns all uses of a parameter, except its declaration. */
  private mentionsOf(method: NodeIndex, name: string): NodeIndex[] {
    const { tree } = this;
    const mentions: NodeIndex[] = [];
    for (let node = tree.lastPart(method); node < tree.next(method); node += 1)
      if (tree.kind(node) === Kind.identifier && tree.name(node) === name) mentions.push(node);
    return mentions.filter((node) => {
      const parent = tree.parent(node);
      return tree.kind(parent) !== Kind.attribute || tree.firstPart(parent) === node;
    });
  }

  /** Returns whether an attribute of the name is read or set. */
  private isPlainUse(node: NodeIndex): boolean {
    const { tree } = this;
    const parent = tree.parent(node);
    return tree.kind(parent) === Kind.attribute && !isSpecial(tree.attributeName(parent));
  }

  /** Returns the names of methods and of attributes that `__init__` sets unconditionally. */
  private readAttributes(definition: NodeIndex): Set<string> {
    const { tree } = this;
    const attributes = new Set<string>();
    for (const method of this.methodsOf(definition)) attributes.add(this.nameOf(method));
    for (const method of this.initializersOf(definition)) {
      for (const statement of tree.items(tree.lastPart(method))) {
        const assignment = tree.firstPart(statement);
        const target = tree.kind(assignment) === Kind.assignment ? tree.firstPart(assignment) : noNode;
        const isSet = target !== noNode && tree.childOfKind(assignment, Kind.equals) !== noNode;
        if (!isSet || tree.kind(target) !== Kind.attribute) continue;
        if (tree.source(tree.firstPart(target)) === this.receiverOf(method)) attributes.add(tree.attributeName(target));
      }
    }
    return attributes;
  }

  private nameOf(definition: NodeIndex): string {
    return this.tree.name(this.tree.childOfKind(definition, Kind.identifier));
  }

  /** Returns the name of the first parameter. */
  private receiverOf(method: NodeIndex): string | undefined {
    const { tree } = this;
    const [first] = tree.items(tree.childOfKind(method, Kind.parameters));
    return first !== undefined && tree.kind(first) === Kind.identifier ? tree.name(first) : undefined;
  }
}
