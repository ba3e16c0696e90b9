// Sends HTTP requests with an OAuth2 token (RFC 6749 §4.4, client credentials). Both servers are reached through the relay, which
// net/http uses as its proxy by itself.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

const (
	secretName   = "OAUTH_CLIENT_SECRET"
	bodyBytesMax = 4 << 20
	// A token is renewed this long before it expires.
	renewBefore = 30 * time.Second
)

var client = &http.Client{Timeout: 20 * time.Second}

type token struct {
	value   string
	expires time.Time
}

type plugin struct {
	mu     sync.Mutex
	tokens map[string]token
}

var Plugin = &plugin{tokens: map[string]token{}}

func (p *plugin) Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error) {
	if action != "request" {
		return nil, fmt.Errorf("unknown action %q: use request", action)
	}
	secret, err := ctx.Secret(secretName)
	if err != nil {
		return nil, err
	}
	bearer, err := p.token(text(params, "token_url"), text(params, "client_id"), secret)
	if err != nil {
		return nil, err
	}
	method := text(params, "method")
	if method == "" {
		method = http.MethodGet
	}
	request, err := http.NewRequest(method, text(params, "url"), strings.NewReader(text(params, "body")))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+bearer)
	status, body, err := send(request)
	if err != nil {
		return nil, err
	}
	return map[string]interface{}{"status": status, "body": string(body)}, nil
}

// token returns the token of an earlier call while it is valid.
func (p *plugin) token(tokenURL, clientID, secret string) (string, error) {
	if tokenURL == "" || clientID == "" {
		return "", errors.New("token_url and client_id are required")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := tokenURL + " " + clientID
	if known := p.tokens[key]; time.Now().Before(known.expires) {
		return known.value, nil
	}
	form := url.Values{"grant_type": {"client_credentials"}}
	request, err := http.NewRequest(http.MethodPost, tokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(clientID), url.QueryEscape(secret))
	status, body, err := send(request)
	if err != nil {
		return "", err
	}
	var answer struct {
		AccessToken string  `json:"access_token"`
		ExpiresIn   float64 `json:"expires_in"`
	}
	if status != http.StatusOK || json.Unmarshal(body, &answer) != nil || answer.AccessToken == "" {
		return "", fmt.Errorf("no token: %d %s", status, strings.TrimSpace(string(body)))
	}
	lifetime := time.Duration(answer.ExpiresIn) * time.Second
	p.tokens[key] = token{answer.AccessToken, time.Now().Add(lifetime - renewBefore)}
	return answer.AccessToken, nil
}

func send(request *http.Request) (int, []byte, error) {
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, bodyBytesMax))
	return response.StatusCode, body, err
}

func text(params map[string]interface{}, name string) string {
	value, _ := params[name].(string)
	return value
}
