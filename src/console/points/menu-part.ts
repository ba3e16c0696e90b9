// Defines what features add to the menus of the console's frame.
import type { ComponentType } from 'react';

export interface MenuPart {
  name: string;
  /** Its part of the user's menu. */
  User: ComponentType;
  /** Its part of the menu that switches namespaces. */
  Switcher: ComponentType;
}
