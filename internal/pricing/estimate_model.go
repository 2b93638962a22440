// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package pricing

import (
	"cmp"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
)

// EstimateModel is aleph_price_estimate as Terraform sees it.
type EstimateModel struct {
	Size        types.Int64       `tfsdk:"size"`
	Resources   *ResourcesModel   `tfsdk:"resources"`
	On          *OnModel          `tfsdk:"on"`
	Environment *EnvironmentModel `tfsdk:"environment"`
	Code        *FileModel        `tfsdk:"code"`
	Runtime     *FileModel        `tfsdk:"runtime"`
	Data        *FileModel        `tfsdk:"data"`
	Volumes     []VolumeModel     `tfsdk:"volumes"`
	Payment     *PaymentModel     `tfsdk:"payment"`
	Address     types.String      `tfsdk:"address"`
	Cost        types.String      `tfsdk:"cost"`
	PerHour     types.Number      `tfsdk:"per_hour"`
	PerDay      types.Number      `tfsdk:"per_day"`
	PerMonth    types.Number      `tfsdk:"per_month"`
	Lines       []LineModel       `tfsdk:"lines"`
	Running     types.String      `tfsdk:"running"`
	Available   types.Number      `tfsdk:"available"`
	Missing     types.Number      `tfsdk:"missing"`
	LastsDays   types.Number      `tfsdk:"lasts_days"`
}

// ResourcesModel is the attribute `resources`.
type ResourcesModel struct {
	VCPUs  types.Int64 `tfsdk:"vcpus"`
	Memory types.Int64 `tfsdk:"memory"`
}

// OnModel is the attribute `on`.
type OnModel struct {
	Persistent types.Bool `tfsdk:"persistent"`
}

// EnvironmentModel is the attribute `environment`.
type EnvironmentModel struct {
	Internet types.Bool `tfsdk:"internet"`
}

// FileModel is the attribute `code`, `runtime` or `data`.
type FileModel struct {
	Ref       types.String `tfsdk:"ref"`
	UseLatest types.Bool   `tfsdk:"use_latest"`
}

// VolumeModel is an element of `volumes`.
type VolumeModel struct {
	FileModel
	Mount   types.String `tfsdk:"mount"`
	SizeMiB types.Int64  `tfsdk:"size_mib"`
}

// PaymentModel is the attribute `payment`.
type PaymentModel struct {
	Type types.String `tfsdk:"type"`
}

// LineModel is an element of `lines`.
type LineModel struct {
	Type types.String `tfsdk:"type"`
	Name types.String `tfsdk:"name"`
	Cost types.String `tfsdk:"cost"`
}

// item is what is priced: a file when it has a size, else a program, with the defaults of aleph_program.
func (m *EstimateModel) item(paymentType string) money.Item {
	if m.Payment != nil {
		paymentType = cmp.Or(m.Payment.Type.ValueString(), paymentType)
	}
	if !m.Size.IsNull() {
		return money.File{PaymentType: paymentType, Bytes: m.Size.ValueInt64(), Engine: message.ItemTypeStorage}
	}
	program := message.Program{
		Machine: message.Machine{
			Payment:     &message.Payment{Type: paymentType},
			Resources:   message.Resources{VCPUs: 1, Memory: 2048},
			Environment: message.Environment{Internet: m.Environment == nil || m.Environment.Internet.IsNull() || m.Environment.Internet.ValueBool()},
		},
		On: message.Triggers{Persistent: m.On != nil && m.On.Persistent.ValueBool()},
	}
	if m.Resources != nil {
		program.Resources.VCPUs = cmp.Or(m.Resources.VCPUs.ValueInt64(), program.Resources.VCPUs)
		program.Resources.Memory = cmp.Or(m.Resources.Memory.ValueInt64(), program.Resources.Memory)
	}
	program.Code.Ref, program.Code.UseLatest = m.Code.file()
	program.Runtime.Ref, program.Runtime.UseLatest = m.Runtime.file()
	if m.Data != nil {
		program.Data = &message.DataVolume{}
		program.Data.Ref, program.Data.UseLatest = m.Data.file()
	}
	for _, v := range m.Volumes {
		ref, useLatest := v.file()
		program.Volumes = append(program.Volumes, message.Volume{
			Mount: v.Mount.ValueStringPointer(), Ref: ref, UseLatest: &useLatest, SizeMiB: v.SizeMiB.ValueInt64(),
		})
	}
	return money.MachineOf(&program)
}

func (f *FileModel) file() (ref string, useLatest bool) {
	if f == nil {
		return "", false
	}
	return f.Ref.ValueString(), f.UseLatest.IsNull() || f.UseLatest.ValueBool()
}

func (m *EstimateModel) owner(fallback string) string {
	return cmp.Or(m.Address.ValueString(), fallback)
}

// price sets what follows from the bill alone.
func (m *EstimateModel) price(bill money.Bill) {
	cost := bill.Cost()
	m.Cost = types.StringValue(money.Text(cost))
	m.Lines = make([]LineModel, len(bill.Lines))
	for i, line := range bill.Lines {
		m.Lines[i] = LineModel{Type: types.StringValue(line.Kind), Name: types.StringValue(line.Name), Cost: types.StringValue(money.Text(line.In(bill.PaymentType)))}
	}
	if bill.PaymentType != message.PaymentHold {
		const hour = 3600
		m.PerHour, m.PerDay, m.PerMonth = rounded(cost, hour), rounded(cost, 24*hour), rounded(cost, 30*24*hour)
	}
}

// means sets what follows from the owner's balance.
func (m *EstimateModel) means(means money.Means, outlook money.Outlook) {
	m.Running = types.StringValue(money.Text(means.Runs))
	m.Available, m.Missing = rounded(means.Have, 1), rounded(outlook.Missing, 1)
	if outlook.Days != nil {
		m.LastsDays = rounded(*outlook.Days, 1)
	}
}

// rounded is a multiple of an amount to a millionth: a price an hour that nodes divide by 3600 is a whole number again.
func rounded(amount decimal.Decimal, times int64) types.Number {
	const places, precision = 6, 512 // Terraform's own
	text := amount.Mul(decimal.NewFromInt(times)).Round(places).String()
	number, _, err := big.ParseFloat(text, 10, precision, big.ToNearestEven)
	if err != nil {
		panic(err) // the text of a number
	}
	return types.NumberValue(number)
}
