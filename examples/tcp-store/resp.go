package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

const (
	dialTimeout  = 5 * time.Second
	replyTimeout = 10 * time.Second
	valueMax     = 4 << 20
	itemsMax     = 100_000
)

// errNone is the null reply.
var errNone = errors.New("no value")

// connection speaks RESP2: a command is an array of bulk strings.
type connection struct {
	net.Conn
	reader *bufio.Reader
}

func dial(address string) (*connection, error) {
	conn, err := net.DialTimeout("tcp", address, dialTimeout)
	if err != nil {
		return nil, fmt.Errorf("%w: is the forward granted that leads to the store?", err)
	}
	return &connection{conn, bufio.NewReader(conn)}, nil
}

// do sends a command and returns its reply: a string, an int64, or a list of them.
func (c *connection) do(command ...string) (interface{}, error) {
	message := fmt.Appendf(nil, "*%d\r\n", len(command))
	for _, part := range command {
		message = fmt.Appendf(message, "$%d\r\n%s\r\n", len(part), part)
	}
	if err := c.SetDeadline(time.Now().Add(replyTimeout)); err != nil {
		return nil, err
	}
	if _, err := c.Write(message); err != nil {
		return nil, err
	}
	return c.reply()
}

func (c *connection) reply() (interface{}, error) {
	line, err := c.reader.ReadString('\n')
	if err != nil {
		return nil, err
	}
	if len(line) < 3 {
		return nil, errors.New("an empty reply")
	}
	kind, rest := line[0], line[1:len(line)-2]
	switch kind {
	case '+':
		return rest, nil
	case '-':
		return nil, errors.New(rest)
	case ':':
		return strconv.ParseInt(rest, 10, 64)
	}
	size, err := strconv.Atoi(rest)
	if err != nil || size < -1 {
		return nil, fmt.Errorf("a malformed reply: %q", line)
	}
	if size == -1 {
		return nil, errNone
	}
	if kind == '$' && size <= valueMax {
		value := make([]byte, size+2)
		_, err := io.ReadFull(c.reader, value)
		return string(value[:size]), err
	}
	if kind == '*' && size <= itemsMax {
		return c.list(size)
	}
	return nil, fmt.Errorf("an unexpected reply: %q", line)
}

func (c *connection) list(size int) ([]string, error) {
	items := make([]string, 0, size)
	for range size {
		item, err := c.reply()
		if errors.Is(err, errNone) {
			continue
		}
		text, ok := item.(string)
		if err != nil || !ok {
			return nil, errors.Join(err, errors.New("a list of other things than strings"))
		}
		items = append(items, text)
	}
	return items, nil
}
