// A constant-arrival producer on franz-go, without history or world: what a team would write in an afternoon.
//
//	franz-go -brokers HOST:PORT -topic T -records FILE -rate 15000 -count 300000
//
// FILE holds one record per line, key and value separated by a tab, and is read again from the start when it ends. A rate of 0
// sends as fast as the client takes records. Prints one JSON object: CPU µs per record of this process, how late
// records were handed over and acknowledged (p99, ms), and acknowledged records per second.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type record struct{ key, value []byte }

func main() {
	brokers := flag.String("brokers", "", "bootstrap servers, separated by commas")
	topic := flag.String("topic", "", "topic to produce to")
	path := flag.String("records", "", "file of records")
	rate := flag.Float64("rate", 0, "records per second; 0: as fast as it goes")
	count := flag.Int("count", 0, "records in all")
	flag.Parse()

	records, err := read(*path)
	exitOn(err)
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(*brokers, ",")...),
		kgo.DefaultProduceTopic(*topic),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.DisableIdempotentWrite(),
		kgo.MaxProduceRequestsInflightPerBroker(5),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.ProducerBatchMaxBytes(512<<10),
		// The rhythm of the driver that it is compared with.
		kgo.ProducerLinger(4*time.Millisecond),
		kgo.MaxBufferedRecords(200_000),
	)
	exitOn(err)
	exitOn(client.Ping(context.Background()))

	late := make([]float64, *count)
	acknowledged := make([]float64, *count)
	var failed atomic.Int64
	var waiting sync.WaitGroup
	waiting.Add(*count)
	cpuBefore := cpu()
	begun := time.Now()
	for next := 0; next < *count; {
		due := *count
		if *rate > 0 {
			due = min(*count, int(time.Since(begun).Seconds()**rate))
			if due == next {
				time.Sleep(time.Millisecond)
				continue
			}
		}
		for ; next < due; next++ {
			index := next
			one := records[index%len(records)]
			handed := time.Now()
			if *rate > 0 {
				planned := begun.Add(time.Duration(float64(index) / *rate * float64(time.Second)))
				late[index] = handed.Sub(planned).Seconds() * 1e3
			}
			client.Produce(context.Background(), &kgo.Record{Key: one.key, Value: one.value}, func(_ *kgo.Record, err error) {
				if err != nil {
					failed.Add(1)
				}
				acknowledged[index] = time.Since(handed).Seconds() * 1e3
				waiting.Done()
			})
		}
	}
	waiting.Wait()
	took := time.Since(begun)
	used := cpu() - cpuBefore
	client.Close()
	if failed.Load() > 0 {
		exitOn(fmt.Errorf("%d of %d records failed", failed.Load(), *count))
	}
	exitOn(json.NewEncoder(os.Stdout).Encode(map[string]float64{
		"cpuMicros": float64(used.Microseconds()) / float64(*count),
		"lateP99Ms": p99(late),
		"ackP99Ms":  p99(acknowledged),
		"perSecond": float64(*count) / took.Seconds(),
	}))
}

func read(path string) ([]record, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var records []record
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		key, value, found := bytes.Cut(lines.Bytes(), []byte("\t"))
		if !found {
			return nil, fmt.Errorf("%s: line %d has no tab", path, len(records)+1)
		}
		records = append(records, record{bytes.Clone(key), bytes.Clone(value)})
	}
	if len(records) == 0 && lines.Err() == nil {
		return nil, fmt.Errorf("%s is empty", path)
	}
	return records, lines.Err()
}

// cpu is the user and system time of this process so far.
func cpu() time.Duration {
	var usage syscall.Rusage
	exitOn(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func p99(values []float64) float64 {
	sort.Float64s(values)
	return values[int(float64(len(values)-1)*0.99)]
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
