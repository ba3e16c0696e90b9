// Package secrets holds the secrets of the plugin compiled into this program.
package secrets

import (
	"fmt"
	"sync"
)

var (
	mutex  sync.RWMutex
	values map[string]string
)

// Receive replaces all secrets.
func Receive(received map[string]string) {
	mutex.Lock()
	defer mutex.Unlock()
	values = received
}

// Get returns the secret, or an error if plugin.yaml doesn't ask for it.
func Get(name string) (string, error) {
	mutex.RLock()
	defer mutex.RUnlock()
	value, ok := values[name]
	if !ok {
		return "", fmt.Errorf("there is no secret %q here; ask for it in plugin.yaml: permissions: {secrets: [%s]}", name, name)
	}
	return value, nil
}
